package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
	"github.com/fusionpos/orgbucket/infra/local/story"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

func TestTheCommandLine(t *testing.T) {
	bootstrap := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(bootstrap, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args  []string
		wrong string // a part of the error; empty if there is none
	}{
		"run with its defaults but for the function": {[]string{"run", "-bootstrap", bootstrap, "-tool", bootstrap, "-audit", bootstrap}, ""},
		"up with every flag":                         {[]string{"up", "-bootstrap", bootstrap, "-tool", "x", "-node-modules", "x", "-environment", "x", "-v"}, ""},
		"no command":                                 {nil, `"" isn't a command`},
		"an unknown command":                         {[]string{"down"}, `"down" isn't a command`},
		"an argument too many":                       {[]string{"run", "-bootstrap", bootstrap, "-tool", bootstrap, "twice"}, "no arguments"},
		"an unknown flag":                            {[]string{"run", "-fast"}, "-fast"},
		"a function that isn't there":                {[]string{"run", "-bootstrap", bootstrap + "2"}, "find the compiled function"},
		"a tool that is not there":                   {[]string{"run", "-bootstrap", bootstrap, "-audit", bootstrap, "-tool", bootstrap + "2"}, "find the operators' tool"},
		"a function that audits that isn't there":    {[]string{"run", "-bootstrap", bootstrap, "-tool", bootstrap, "-audit", bootstrap + "2"}, "find the function that audits"},
		"help": {[]string{"-h"}, flag.ErrHelp.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := parse(c.args, io.Discard)
			switch {
			case c.wrong == "" && err != nil:
				t.Error(err)
			case c.wrong == "" && (!filepath.IsAbs(o.bootstrap) || !filepath.IsAbs(o.nodeModules)):
				t.Errorf("got %+v", o)
			case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
				t.Errorf("got the error %v, want one with %q", err, c.wrong)
			}
		})
	}
}

// output is what a screen printed so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func (o *output) wait(t *testing.T, part string) {
	t.Helper()
	part = unwrapped(part)
	for end := time.Now().Add(30 * time.Second); !strings.Contains(unwrapped(o.String()), part); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%q never came; the screen has\n%s", part, o)
		}
	}
}

// unwrapped leaves out how a text is laid out on the screen.
func unwrapped(text string) string { return strings.Join(strings.Fields(text), " ") }

// typing is a system that runs and what is typed to it and shown by it.
type typing struct {
	t           *testing.T
	keyboard    *io.PipeWriter
	shown       *output
	environment string // the file
	stop        func() error
}

func startTyping(t *testing.T) typing {
	t.Helper()
	bootstrap, err := compiled.Function(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	modules, err := compiled.NodeModules()
	if err != nil {
		t.Fatal(err)
	}
	environment := filepath.Join(t.TempDir(), "new", "environment")
	ctx, stop := context.WithCancel(t.Context())
	keyboard, typed := io.Pipe()
	shown, ended := &output{}, make(chan error, 1)
	go func() {
		ok, err := up(ctx, settings{bootstrap: bootstrap, nodeModules: modules, environment: environment}, story.NewScreen(shown, false, func() int { return 80 }), keyboard)
		if err == nil && !ok {
			err = errors.New("it didn't go well")
		}
		ended <- err
	}()
	shown.wait(t, "  . "+environment)
	shown.wait(t, "Outcomes, as they come")
	return typing{t, typed, shown, environment, sync.OnceValue(func() error { stop(); return <-ended })}
}

func (k typing) line(text string) {
	k.t.Helper()
	if _, err := io.WriteString(k.keyboard, text+"\n"); err != nil {
		k.t.Fatal(err)
	}
}

func TestWhatIsTypedIsSentAndItsOutcomeShown(t *testing.T) {
	k := startTyping(t)
	defer func() { _ = k.stop() }()
	checkEnvironment(t, k.environment)
	for _, c := range []struct{ line, shows string }{
		{"Not An Id", "failed  InvalidOrganizationID"},
		{`{"orgId":17}`, "failed  MalformedMessage"},
		{"cafe1", "… cafe1  receive 1: ClientUserNotFound at policy"},
		{"/user cafe1", "cafe1 has its IAM user rms_cafe1"},
		{"", "← cafe1  repaired  fusion-rms-cafe1"},
		{"/user Cafe1", "upper-case letter 'C'"},
		{"/user", "/user takes one ORG"},
		{"/user bar2", "bar2 has"},
		{"/stranger fusion-rms-bar2", "bucket fusion-rms-bar2 belongs to account 111122223333"},
		{"bar2", "← bar2  created  fusion-rms-bar2-000000000000-us-east-1-an"},
		{"/stranger fusion-rms-bar2", "BucketAlreadyExists"},
		{"/drill BucketQuotaExceeded", "… drill1  receive 1: BucketQuotaExceeded at create"},
		{"/drill BucketQuotaExceeded", "… drill2  receive 1: BucketQuotaExceeded at create"},
		{"/mend drill1", "drill1: AWS answers as it should"},
		{"", "← drill1  created  fusion-rms-drill1"},
		{"/mend drill1", "nothing of drill1 is to be mended here"},
		{"/stranger x", "! create bucket x for account 111122223333: InvalidBucketName: The specified bucket is"},
		{"/user bar2", "! create user rms_bar2: EntityAlreadyExists: "},
		{"/drill bucketinanotherregion", "BucketInAnotherRegion can't be tried here: the S3 here has one Region"},
		{"/Drill onhold", "drill3: its message is to fail with OnHold; docs/runbook.md#onhold"},
		{"/drill NoSuchCode", `"NoSuchCode" is no code of a failure; they are MalformedMessage, `},
		{"/drill", "/drill takes one CODE, for example /drill OnHold; the codes are"},
		{"help", "/stranger BUCKET   make a bucket of that name in another account\n  /drill CODE"},
		{"/reboot", `"/reboot" is no order; help shows them`},
		{"", "dead letter"},
	} {
		k.line(c.line)
		k.shown.wait(t, c.shows)
	}
	for _, mustNot := range []string{"operation error", "fusion-rms-help", "RequestID"} {
		if strings.Contains(k.shown.String(), mustNot) {
			t.Errorf("the screen has %q:\n%s", mustNot, k.shown)
		}
	}
	for line := range strings.Lines(k.shown.String()) {
		if n := utf8.RuneCountInString(line); n > 81 && !strings.Contains(line, k.environment) {
			t.Errorf("%d of 80 columns: %s", n-1, line)
		}
	}
	if err := k.keyboard.Close(); err != nil { // the end of the input is not the end of the program
		t.Fatal(err)
	}
	if err := k.stop(); err != nil {
		t.Errorf("it ended with %v, want a clean end", err)
	}
	k.shown.wait(t, "Stopped; nothing is left.")
	if _, err := os.Stat(k.environment); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the environment's file is still there (%v)", err)
	}
}

func TestQuitEndsAll(t *testing.T) {
	k := startTyping(t)
	k.line("exit")
	k.shown.wait(t, "Stopped; nothing is left.")
	if err := k.stop(); err != nil {
		t.Error(err)
	}
}

// checkEnvironment sources the file as a user would, over settings of the user's own.
func checkEnvironment(t *testing.T, path string) {
	t.Helper()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v; want a file for its user only", info, err)
	}
	shell := exec.CommandContext(t.Context(), "sh", "-c", `. "$1" && echo "$HOMES_BUCKET $AWS_PROFILE" && env`, "sh", path)
	shell.Env = []string{"AWS_PROFILE=mine", "AWS_ACCESS_KEY_ID=mine"}
	out, err := shell.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "orgbucket-local-homes \n") || !strings.Contains(string(out), "AWS_ACCESS_KEY_ID=000000000000\n") {
		t.Errorf("sourced: %v\n%s", err, out)
	}
}

func TestAnEnvironmentOfAnotherSystemIsLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "environment")
	first, err := writeEnvironment(path, []system.Variable{{Name: "QUEUE_URL", Value: "1"}})
	if err != nil {
		t.Fatal(err)
	}
	second, err := writeEnvironment(path, []system.Variable{{Name: "QUEUE_URL", Value: "2"}})
	if err != nil {
		t.Fatal(err)
	}
	first.remove()
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	second.remove()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there (%v)", err)
	}
}

func TestAMissingQueueServerIsSaidWithItsRemedy(t *testing.T) {
	var shown output
	o := settings{command: "run", bootstrap: os.Args[0], nodeModules: t.TempDir()}
	if command(t.Context(), o, story.NewScreen(&shown, false, nil)) {
		t.Error("it went well without fauxqs")
	}
	shown.wait(t, "npm ci --prefix infra/local")
}

// TestTheScreenFollowsItsTerminal, also when somebody makes that wider.
func TestTheScreenFollowsItsTerminal(t *testing.T) {
	screen, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	columns, shown := columnsOf(terminal), bufio.NewReader(screen)
	for _, width := range []uint16{80, 200} {
		if err := pty.Setsize(screen, &pty.Winsize{Rows: 24, Cols: width}); err != nil {
			t.Fatal(err)
		}
		story.NewScreen(terminal, false, columns).Text(strings.Repeat("quite long ", 40) + "end")
		widest, last := 0, ""
		for !strings.HasSuffix(last, "end") {
			line, err := shown.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			last = strings.TrimRight(line, "\r\n")
			widest = max(widest, len(last))
		}
		if widest > int(width) || widest < int(width)-10 {
			t.Errorf("%d of %d columns", widest, width)
		}
	}
	if err := errors.Join(terminal.Close(), screen.Close()); err != nil {
		t.Error(err)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	if n := columnsOf(file)(); n != 0 {
		t.Errorf("a file has %d columns", n)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}

func TestColorIsForTerminalsWhoseUserWantsIt(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(file.Close(), device.Close()); err != nil {
			t.Error(err)
		}
	}()
	none := func(string) string { return "" }
	noColor := func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] }
	if wantsColor(file, none) || !wantsColor(device, none) || wantsColor(device, noColor) {
		t.Error("want color on a device only, and not with NO_COLOR")
	}
}
