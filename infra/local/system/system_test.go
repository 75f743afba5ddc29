package system_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// bootstrap and nodeModules are found before any server changes the working directory.
var bootstrap, nodeModules string

func TestMain(m *testing.M) { os.Exit(withFunction(m.Run)) }

func withFunction(run func() int) int {
	dir, err := os.MkdirTemp("", "orgbucket-function-")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		bootstrap, err = compiled.Function(dir)
	}
	if err == nil {
		nodeModules, err = compiled.NodeModules()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return run()
}

// waitFor bounds all waiting of a test.
func waitFor(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// must returns the value of a call that has to succeed.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// body is the canonical message for an organization.
func body(orgID string) string {
	return fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q}`, orgID)
}

// signUp makes the organization's IAM user, as signup does.
func signUp(t *testing.T, ctx context.Context, s *system.System, orgID string) {
	t.Helper()
	must(s.S3.CreateUser(ctx, s.Naming.ClientUserPrefix+orgID))(t)
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	s, err := system.Start(t.Context(), system.Options{Bootstrap: bootstrap, NodeModules: nodeModules, Trouble: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	ctx := waitFor(t, 30*time.Second)
	signUp(t, ctx, s, "gone")
	must(s.Outcome(ctx, must(s.Send(ctx, body("gone")))(t)))(t)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if left := s.Function.Processes(); left != 0 {
		t.Errorf("%d processes of the function are left", left)
	}
	select {
	case <-s.Messaging.Done():
	default:
		t.Error("the queue server is left")
	}
	if left, _ := os.ReadDir(temporary); len(left) > 0 {
		t.Errorf("left in the temporary directory: %v", left)
	}
	if after, _ := os.Getwd(); after != before {
		t.Errorf("the working directory is %s, was %s", after, before)
	}
}

func TestAFailedStartSaysWhatFailedAndLeavesNothing(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	_, err := system.Start(t.Context(), system.Options{Bootstrap: bootstrap, NodeModules: temporary})
	if err == nil {
		t.Fatal("it started without fauxqs")
	}
	t.Log(err)
	if left, _ := os.ReadDir(temporary); len(left) > 0 {
		t.Errorf("left in the temporary directory: %v", left)
	}
}

func TestAFunctionThatCannotStartIsSaidAtOnce(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(broken, []byte("not a program"), 0o755); err != nil {
		t.Fatal(err)
	}
	o := system.Options{Bootstrap: broken, NodeModules: nodeModules, ServerLog: t.Output()}
	if _, err := system.Start(waitFor(t, 30*time.Second), o); err == nil || !strings.Contains(err.Error(), "exec format error") {
		t.Errorf("got %v", err)
	}
}
