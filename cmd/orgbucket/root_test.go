package main

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
)

var tool = clitest.Tool(newRoot)

func TestACommandLineThatIsWrongSaysHowItIsRight(t *testing.T) {
	for name, test := range map[string]struct {
		args    string
		says    string
		advises string
	}{
		"no command":               {"", "name one of the commands", ""},
		"a command that isn't one": {"provision xmsqa1", `orgbucket has no command "provision"`, "--help"},
		"a command mistyped":       {"adit", `orgbucket has no command "adit"; did you mean audit?`, "--help"},
		"a part without its whole": {"inspect xmsqa1", `orgbucket has no command "inspect"; did you mean ` + "`orgbucket dead-letters inspect`?", "--help"},
		"a part mistyped":          {"dead-letters lsit", `orgbucket dead-letters has no command "lsit"; did you mean list?`, "`orgbucket dead-letters --help` explains"},
		"help about nothing":       {"help dead-letters lsit", `orgbucket dead-letters has no command "lsit"; did you mean list?`, "`orgbucket dead-letters --help` explains"},
		"a shell that isn't one":   {"completion bosh", `did you mean bash?`, ""},
		"a flag mistyped":          {"plan xmsqa1 --satge prod", `orgbucket plan has no flag --satge; did you mean --stage?`, "--help"},
		"a flag without its value": {"plan xmsqa1 --stage", "--stage needs a value", "--help"},
		"no number":                {"audit --rate fast", `--rate "fast" isn't a number`, "--help"},
		"no whole number":          {"dead-letters list --limit 1.5", `--limit "1.5" isn't a whole number`, "--help"},
		"no age":                   {"logs xmsqa1 --since yesterday", "an age is like 90m, 12h, 3d or 1d12h", "--help"},
		"neither true nor false":   {"audit --all=maybe", `--all "maybe" is neither true nor false`, "--help"},
		"a code mistyped":          {"dead-letters list --code clientusernotfond", `--code "clientusernotfond" isn't known; did you mean ClientUserNotFound?`, "docs/runbook.md lists the codes"},
		"a part of a code":         {"dead-letters list --code UserNotFound", "did you mean ClientUserNotFound?", ""},
		"a code that is none":      {"dead-letters list --code Oops", `--code "Oops" isn't known`, "docs/runbook.md lists the codes"},
		"a verdict mistyped":       {"dead-letters list --verdict would-wrok", "isn't one of would-work, healthy, blocked, never, unknown; did you mean would-work?", ""},
		"a part of a command":      {"dead-letters", "name one of the commands", ""},
		"a flag that isn't one":    {"plan --organization xmsqa1", "orgbucket plan has no flag --organization", "`orgbucket plan --help` lists the flags"},
		"no organization":          {"plan", "an argument is missing: orgbucket plan ORG", "--help"},
		"too many arguments":       {"doctor twice", `"twice" is one argument too many: orgbucket doctor`, ""},
		"another kind of output":   {"plan xmsqa1 --output yaml", `--output "yaml" isn't one of table, json`, ""},
		"an id that can't be":      {"plan Xmsqa1", "Xmsqa1", ""},
		"a stage that can't be":    {"doctor --stage Prod", `"Prod"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			clitest.S3(t)
			got := tool.Run(t, "", strings.Fields(test.args)...)
			if got.Status != cli.StatusUsage || !strings.Contains(got.Err, test.says) || strings.Contains(got.Err, "strconv") || !strings.Contains(got.Err, test.advises) {
				t.Errorf("status %d, said:\n%s", got.Status, got.Err)
			}
		})
	}
}

// TestABucketsNameIsNotTakenForAnIDWithoutAWord on every command that takes an id.
func TestABucketsNameIsNotTakenForAnIDWithoutAWord(t *testing.T) {
	for _, args := range []string{"plan NAME", "plan ALTERNATIVE", "logs ALTERNATIVE", "adopt NAME --dry-run", "send NAME --dry-run", "send org1 ALTERNATIVE --dry-run",
		"dead-letters inspect NAME", "dead-letters list --org NAME", "plan xmsqa1", "plan fusion-rms"} {
		clitest.Whole(t)
		args = strings.ReplaceAll(strings.ReplaceAll(args, "NAME", clitest.Name), "ALTERNATIVE", clitest.Alternative)
		got := tool.Run(t, "", strings.Fields(args)...)
		if wanted := strings.Contains(args, "fusion-rms-"); wanted != strings.Contains(got.Err, " looks like a bucket's name; did you mean xmsqa1?") {
			t.Errorf("%s: status %d, said:\n%s", args, got.Status, got.Err)
		}
	}
}

// TestAStageCanBeInTheEnvironment, and is completed.
func TestAStageCanBeInTheEnvironment(t *testing.T) {
	d := clitest.Whole(t)
	ssm := httptest.NewServer(d.AWS)
	t.Cleanup(ssm.Close)
	t.Setenv("AWS_ENDPOINT_URL_SSM", ssm.URL)
	t.Setenv("ORGBUCKET_STAGE", "Prod")
	if got := tool.Run(t, "", "plan", "xmsqa1"); got.Status != cli.StatusUsage || !strings.Contains(got.Err, `stage "Prod" isn't a stage's name`) {
		t.Errorf("%+v", got)
	}
	if got := tool.Run(t, "", "plan", "xmsqa1", "--stage", "prod"); !strings.Contains(got.Out, "orgbucket-prod-homes-") {
		t.Errorf("the flag doesn't go before the variable: %+v", got)
	}
	if got := tool.Run(t, "", "__complete", "plan", "--stage", ""); got.Status != cli.StatusOK || !slices.Contains(strings.Split(got.Out, "\n"), "prod") {
		t.Errorf("%+v", got)
	}
}

func TestWithoutAStageItSaysWhatIsMissingAndTheEasierWay(t *testing.T) {
	clitest.S3(t)
	t.Setenv("ACCOUNT_ID", "")
	got := tool.Run(t, "", "plan", "xmsqa1")
	if got.Status != cli.StatusUsage || !strings.Contains(got.Err, "ACCOUNT_ID") || !strings.Contains(got.Err, "--stage NAME") {
		t.Errorf("status %d, said:\n%s", got.Status, got.Err)
	}
}

func TestAnUnreachableServerIsAFailureThatNamesIt(t *testing.T) {
	clitest.S3(t)
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	got := tool.Run(t, "", "plan", "xmsqa1")
	if got.Status != cli.StatusFailed || !strings.Contains(got.Out+got.Err, "127.0.0.1:1") {
		t.Errorf("status %d, said:\n%s%s", got.Status, got.Out, got.Err)
	}
}

// TestWithoutCredentialsItSaysSo: nothing was asked, so nothing is unavailable.
func TestWithoutCredentialsItSaysSo(t *testing.T) {
	clitest.S3(t)
	t.Setenv("DEAD_LETTER_QUEUE_URL", "http://127.0.0.1:1/1/q")
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv(name, "")
	}
	for args, says := range map[string]string{
		"plan xmsqa1":       "unknown: AccessDenied\n  read claim homes/xmsqa1 in orgbucket-homes: no credentials: ",
		"audit":             "list the buckets fusion-rms-*: no credentials: ",
		"dead-letters list": "look through the dead-letter queue: count the messages of queue q: no credentials: ",
	} {
		got := tool.Run(t, "", strings.Fields(args)...)
		said := got.Out + got.Err
		if got.Status != cli.StatusFailed || !strings.Contains(said, says) || strings.Contains(said, "operation error") || !strings.Contains(said, "Log in (") {
			t.Errorf("%s: status %d, said:\n%s", args, got.Status, said)
		}
	}
}

// TestAReaderThatHasSeenEnoughIsNoComplaint: `orgbucket … | head` ends quietly. A
// connection that breaks, which the system calls the same, doesn't.
func TestAReaderThatHasSeenEnoughIsNoComplaint(t *testing.T) {
	clitest.S3(t)
	for _, args := range []string{"plan xmsqa1", "plan xmsqa1 -o json"} {
		var said bytes.Buffer
		a := &cli.App{In: strings.NewReader(""), Out: brokenPipe{}, Err: &said, Getenv: os.Getenv}
		if status := tool.RunApp(t.Context(), a, strings.Fields(args)...); status != cli.StatusFailed || said.Len() > 0 {
			t.Errorf("%s: status %d, said %q", args, status, said.String())
		}
	}
}

// TestWhatIsSaidIsAsWideAsItsOwnTerminal: results may go into a file, and what is said
// beside them into a terminal, or the other way round.
func TestWhatIsSaidIsAsWideAsItsOwnTerminal(t *testing.T) {
	for width, lines := range map[int]int{0: 2, 40: 3} {
		var said bytes.Buffer
		a := &cli.App{In: strings.NewReader(""), Out: &bytes.Buffer{}, Err: &said, Width: 40 - width, ErrWidth: width, Getenv: os.Getenv}
		tool.RunApp(t.Context(), a, "plan", "--stage")
		if got := strings.Count(said.String(), "\n"); got != lines {
			t.Errorf("%d columns: %d lines\n%s", width, got, said.String())
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}
}

func TestAStoppedCommandIsNoFailure(t *testing.T) {
	fake := clitest.S3(t)
	fake.SetDelay(time.Minute)
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if got := tool.RunIn(ctx, "", "plan", "xmsqa1"); got.Status != cli.StatusStopped {
		t.Errorf("status %d, said:\n%s", got.Status, got.Err)
	}
}

// Every command explains itself: what it does, an example and how it ends.
func TestEveryCommandTeaches(t *testing.T) {
	eachCommand(newRoot(cli.NewApp()), func(c *cobra.Command) {
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
	got := tool.Run(t, "", "__complete", "plan", "xmsqa1", "--output", "")
	if got.Status != cli.StatusOK || !slices.Contains(strings.Split(got.Out, "\n"), "json") {
		t.Errorf("status %d, offered:\n%s", got.Status, got.Out)
	}
	for args, files := range map[string]bool{
		"plan|":                        false,
		"plan|--stage|":                false,
		"dead-letters|inspect|":        false,
		"dead-letters|archive|--file|": true,
		"send|--file|":                 true,
		"send|--rate|":                 false,
	} {
		got := tool.Run(t, "", append([]string{"__complete"}, strings.Split(args, "|")...)...)
		if got.Status != cli.StatusOK || strings.Contains(got.Err, "ShellCompDirectiveNoFileComp") == files {
			t.Errorf("%s: file names are wanted: %t; status %d, %s%s", args, files, got.Status, got.Out, got.Err)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if got := tool.Run(t, "", "completion", shell); got.Status != cli.StatusOK || got.Out == "" {
			t.Errorf("%s: status %d", shell, got.Status)
		}
	}
}
