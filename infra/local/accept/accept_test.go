// Package accept plays the acceptance run of `make accept` against the local system, as
// far as it can answer.
package accept

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// started is a local system and the acceptance run's program.
type started struct {
	sys           *system.System
	program, tool string
	root          string // of the repository
	journals      string
}

// s is what all tests share; each run has names of its own.
var s started

func TestMain(m *testing.M) {
	code, err := withSystem(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withSystem(run func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "orgbucket-accept-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var paths [4]string
	for i, build := range []func(string) (string, error){
		compiled.Function, compiled.Tool, compiled.Accept,
		func(string) (string, error) { return compiled.NodeModules() },
	} {
		if paths[i], err = build(dir); err != nil {
			return 1, err
		}
	}
	root, err := filepath.Abs("../../..") // the S3 server changes the working directory
	if err != nil {
		return 1, err
	}
	var (
		mu      sync.Mutex
		trouble []error
	)
	sys, err := system.Start(context.Background(), system.Options{
		Bootstrap: paths[0], NodeModules: paths[3], MaxReceiveCount: 5,
		Trouble: func(err error) {
			mu.Lock()
			defer mu.Unlock()
			trouble = append(trouble, err)
		},
		FunctionTimeout: 30 * time.Second, // as deployed: a busy machine takes long for many organizations at once
	})
	if err != nil {
		return 1, err
	}
	s = started{sys, paths[2], paths[1], root, filepath.Join(dir, "journals")}
	code = run()
	err = sys.Close() // nothing is called any more
	return code, errors.Join(append(trouble, err)...)
}

// command is the program, with nothing of this environment but the path.
func (s started) command(t *testing.T, args ...string) (command *exec.Cmd, said *bytes.Buffer) {
	said = &bytes.Buffer{}
	command = exec.CommandContext(t.Context(), s.program, append([]string{args[0], "-here", "-root", s.root, "-dir", s.journals, "-tool", s.tool}, args[1:]...)...)
	command.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + t.TempDir(), "AWS_EC2_METADATA_DISABLED=true"}
	for _, v := range s.sys.Environment() {
		command.Env = append(command.Env, v.Name+"="+v.Value)
	}
	command.Stdout, command.Stderr = said, said
	return command, said
}

// foreign is another account's bucket.
const foreign = "somebody-elses-data"

// TestTheLocalSystemIsAccepted plays all that the local system can answer. What it can't
// is said in the report.
func TestTheLocalSystemIsAccepted(t *testing.T) {
	if err := s.sys.S3.CreateForeign(t.Context(), foreign, "111122223333"); err != nil {
		t.Fatal(err)
	}
	command, said := s.command(t, "run", "-account", s.sys.Naming.Account, "-region", s.sys.Naming.Region, "-foreign", foreign, "-organizations", "10")
	err := command.Run()
	t.Log(said)
	if err != nil {
		t.Error(err)
	}
	for _, want := range []string{"Nothing is left of run", "NOT CHECKED  a name of ours in another Region", "0 failed", "the name is taken"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the report has no %q", want)
		}
	}
}

// TestAKilledRunIsCleanedUp kills a run in the middle, and has its leftovers removed by its id.
func TestAKilledRunIsCleanedUp(t *testing.T) {
	command, _ := s.command(t, "run", "-account", s.sys.Naming.Account, "-region", s.sys.Naming.Region, "-foreign", "nobodys")
	command.Stdout = nil
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	run := ""
	for lines := bufio.NewScanner(out); lines.Scan() && !strings.Contains(lines.Text(), "MalformedMessage"); {
		if rest, is := strings.CutPrefix(lines.Text(), "run "); is {
			run, _, _ = strings.Cut(rest, ",")
		}
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // says that it was killed
	if n := len(s.left(t, run)); n < 4 {
		t.Errorf("only %d buckets and users were there when it was killed", n)
	}
	clean, said := s.command(t, "clean", "-run", run)
	if err := clean.Run(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	if left := s.left(t, run); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if again, said := s.command(t, "clean", "-run", run); again.Run() == nil || !strings.Contains(said.String(), "say ACCOUNT and REGION") {
		t.Errorf("a run without a note: %s", said)
	}
}

// left asks the server for the buckets and claims that have a run's id in their names.
func (s started) left(t *testing.T, run string) (all []string) {
	t.Helper()
	buckets, err := s.sys.S3.RootClient().ListBuckets(t.Context(), &s3.ListBucketsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range buckets.Buckets {
		all = append(all, *b.Name)
	}
	claims, err := s.sys.S3.RootClient().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &s.sys.HomesBucket})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range claims.Contents {
		all = append(all, *c.Key)
	}
	return slices.DeleteFunc(all, func(name string) bool { return !strings.Contains(name, run) })
}

// TestAnotherAccountIsRefused: neither an account that isn't that of the system nor one
// that has a stage is touched.
func TestAnotherAccountIsRefused(t *testing.T) {
	for account, want := range map[string]string{
		"935799716578": "that of stage prod", "111122223333": "but the system's is 000000000000", "12345": "isn't an account",
	} {
		command, said := s.command(t, "run", "-account", account, "-region", "us-east-1")
		if err := command.Run(); err == nil || !strings.Contains(said.String(), want) {
			t.Errorf("account %s: %v, want %q\n%s", account, err, want, said)
		}
	}
}
