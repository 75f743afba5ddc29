package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

func TestACommandLineThatIsWrongSaysHowItIsRight(t *testing.T) {
	for name, test := range map[string]struct {
		args    string
		says    string
		advises string
	}{
		"no command":               {"", "which command", ""},
		"a command that isn't one": {"provision xmsqa1", `"provision"`, "--help"},
		"a part of a command":      {"dead-letters", "which", ""},
		"a flag that isn't one":    {"plan --organization xmsqa1", "--organization", "`orgbucket plan --help` lists the flags"},
		"no organization":          {"plan", "orgbucket: ", ""},
		"too many arguments":       {"doctor twice", `"twice"`, ""},
		"another kind of output":   {"plan xmsqa1 --output yaml", `"yaml"`, ""},
		"an id that can't be":      {"plan Xmsqa1", "Xmsqa1", ""},
		"a stage that can't be":    {"doctor --stage Prod", `"Prod"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s3Socket(t)
			got := commandLine(t, "", strings.Fields(test.args)...)
			if got.status != statusUsage || !strings.Contains(got.err, test.says) || !strings.Contains(got.err, test.advises) {
				t.Errorf("status %d, said:\n%s", got.status, got.err)
			}
		})
	}
}

func TestWithoutAStageItSaysWhatIsMissingAndTheEasierWay(t *testing.T) {
	s3Socket(t)
	t.Setenv("ACCOUNT_ID", "")
	got := commandLine(t, "", "plan", "xmsqa1")
	if got.status != statusUsage || !strings.Contains(got.err, "--account (or ACCOUNT_ID)") || !strings.Contains(got.err, "--stage NAME") {
		t.Errorf("status %d, said:\n%s", got.status, got.err)
	}
}

func TestAnUnreachableServerIsAFailureThatNamesIt(t *testing.T) {
	s3Socket(t)
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	got := commandLine(t, "", "plan", "xmsqa1")
	if got.status != statusFailed || !strings.Contains(got.out+got.err, "127.0.0.1:1") {
		t.Errorf("status %d, said:\n%s%s", got.status, got.out, got.err)
	}
}

// TestWithoutCredentialsItSaysSo: nothing was asked, so nothing is unavailable.
func TestWithoutCredentialsItSaysSo(t *testing.T) {
	s3Socket(t)
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv(name, "")
	}
	for args, says := range map[string]string{
		"plan xmsqa1": "unknown: AccessDenied\n  look at bucket fusion-rms-xmsqa1: no credentials: ",
		"audit":       "list the buckets fusion-rms-*: no credentials: ",
		"dead-letters list --dead-letter-queue-url http://127.0.0.1:1/1/q": "look through the dead-letter queue: count the messages of queue q: no credentials: ",
	} {
		got := commandLine(t, "", strings.Fields(args)...)
		said := got.out + got.err
		if got.status != statusFailed || !strings.Contains(said, says) || strings.Contains(said, "operation error") || !strings.Contains(said, "Log in (") {
			t.Errorf("%s: status %d, said:\n%s", args, got.status, said)
		}
	}
}

// TestAReaderThatHasSeenEnoughIsNoComplaint: `orgbucket … | head` ends quietly. A
// connection that breaks, which the system calls the same, doesn't.
func TestAReaderThatHasSeenEnoughIsNoComplaint(t *testing.T) {
	s3Socket(t)
	for _, args := range []string{"plan xmsqa1", "plan xmsqa1 -o json"} {
		var said bytes.Buffer
		a := &app{in: strings.NewReader(""), out: brokenPipe{}, err: &said, getenv: os.Getenv}
		if status := run(t.Context(), a, strings.Fields(args)); status != statusFailed || said.Len() > 0 {
			t.Errorf("%s: status %d, said %q", args, status, said.String())
		}
	}
	// What a request ends with when its connection breaks.
	connection := &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.EPIPE)}
	if errors.Is(fmt.Errorf("send: %w", connection), errSeenEnough) {
		t.Error("a connection that breaks isn't told")
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}
}

func TestAStoppedCommandIsNoFailure(t *testing.T) {
	fake := s3Socket(t)
	fake.SetDelay(time.Minute)
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if got := commandLineIn(ctx, "", "plan", "xmsqa1"); got.status != statusStopped {
		t.Errorf("status %d, said:\n%s", got.status, got.err)
	}
}

// Every command explains itself: what it does, an example and how it ends.
func TestEveryCommandTeaches(t *testing.T) {
	eachCommand(newRootCommand(newApp()), func(c *cobra.Command) {
		if !c.Runnable() || c.Name() == "help" || strings.HasPrefix(c.CommandPath(), "orgbucket completion") {
			return
		}
		help := c.Long + c.Example
		if c.Short == "" || !strings.Contains(help, "orgbucket "+strings.TrimPrefix(c.CommandPath(), "orgbucket ")) && c.HasParent() {
			t.Errorf("%s has no example", c.CommandPath())
		}
		if !strings.Contains(strings.ToLower(help), "exit status") && !c.HasSubCommands() {
			t.Errorf("%s doesn't say how it ends", c.CommandPath())
		}
	})
}

func eachCommand(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		eachCommand(sub, f)
	}
}

func TestWhatIsWrittenCanBeCompleted(t *testing.T) {
	got := commandLine(t, "", "__complete", "plan", "xmsqa1", "--output", "")
	if got.status != statusOK || !slices.Contains(strings.Split(got.out, "\n"), "json") {
		t.Errorf("status %d, offered:\n%s", got.status, got.out)
	}
	for args, files := range map[string]bool{
		"plan|":                        false,
		"plan|--file|":                 true,
		"plan|--stage|":                false,
		"dead-letters|inspect|":        false,
		"dead-letters|archive|--file|": true,
		"send|--journal|":              true,
		"send|--correlation-id|":       false,
	} {
		got := commandLine(t, "", append([]string{"__complete"}, strings.Split(args, "|")...)...)
		if got.status != statusOK || strings.Contains(got.err, "ShellCompDirectiveNoFileComp") == files {
			t.Errorf("%s: file names are wanted: %t; status %d, %s%s", args, files, got.status, got.out, got.err)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if got := commandLine(t, "", "completion", shell); got.status != statusOK || got.out == "" {
			t.Errorf("%s: status %d", shell, got.status)
		}
	}
}

func TestTheEndOfAQuestionIsANo(t *testing.T) {
	a := &app{in: strings.NewReader(""), err: new(strings.Builder), inTerminal: true}
	if yes, err := a.confirm(t.Context(), "Really?", "y"); yes || err != nil {
		t.Errorf("got %v, %v", yes, err)
	}
	a.in = strings.NewReader("YES\n")
	if yes, err := a.confirm(t.Context(), "Really?", "y"); !yes || err != nil {
		t.Errorf("got %v, %v", yes, err)
	}
	a.in = strings.NewReader("y\n")
	if yes, _ := a.confirm(t.Context(), "Type the id:", "xmsqa1"); yes {
		t.Error("y isn't the id")
	}
}

func TestACellIsSafeToShow(t *testing.T) {
	for text, want := range map[string]string{
		"plain":            "plain",
		"two\nlines\x1b[m": `two\nlines\x1b[m`,
		"äöü is printable": "äöü is p…",
	} {
		if got := cell(text, 0); strings.ContainsAny(got, "\n\x1b") {
			t.Errorf("%q is shown as %q", text, got)
		}
		if got := cell(text, 9); len([]rune(want)) <= 9 && got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}
