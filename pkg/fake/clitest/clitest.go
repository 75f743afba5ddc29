// Package clitest is the world that the tests of the commands share: an
// environment that points to fakes, a run of a command line, and golden files.
package clitest

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
)

var update = flag.Bool("update", false, "write the golden files anew")

// settings are the variables that stand for a stage.
var settings = []string{"QUEUE_URL", "DEAD_LETTER_QUEUE_URL", "OUTCOME_TOPIC_ARN", "LOG_GROUP_NAME", "ORGBUCKET_STAGE", "NO_COLOR", "ACCOUNT_ID", "HOMES_BUCKET", "BUCKET_PREFIX", "CLIENT_USER_PREFIX", "CLIENT_ACCOUNT_ID"}

// Environment sets the variables that the tool reads, and no others.
func Environment(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range settings {
		Unset(t, name)
	}
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			Unset(t, name)
		}
	}
	for name, value := range map[string]string{
		"AWS_REGION": Naming.Region, "AWS_ACCESS_KEY_ID": "operator", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

// Unset takes a variable away until the test ends.
func Unset(t *testing.T, name string) {
	t.Helper()
	t.Setenv(name, "") // puts it back at the end
	if err := os.Unsetenv(name); err != nil {
		t.Fatal(err)
	}
}

// Ran is how a command line ended.
type Ran struct {
	Status   int
	Out, Err string
}

// Tool is a command of the tool, or the whole tool.
type Tool func(*cli.App) *cobra.Command

// Run runs a command line of the tool. input is what is typed; "" is no terminal.
func (tool Tool) Run(t *testing.T, input string, args ...string) Ran {
	t.Helper()
	return tool.RunIn(t.Context(), input, args...)
}

// RunIn is Run that ctx may end.
func (tool Tool) RunIn(ctx context.Context, input string, args ...string) Ran {
	var out, errs bytes.Buffer
	a := &cli.App{In: strings.NewReader(input), Out: &out, Err: &errs, InTerminal: input != "", Getenv: os.Getenv}
	status := tool.RunApp(ctx, a, args...)
	return Ran{status, out.String(), errs.String()}
}

// RunApp runs a command line that reads and writes as a says.
func (tool Tool) RunApp(ctx context.Context, a *cli.App, args ...string) int {
	return cli.Run(ctx, a, func(a *cli.App) *cobra.Command {
		c := tool(a)
		if c.Name() == "orgbucket" {
			return c
		}
		return a.NewRoot("", c)
	}, args)
}

// sendRun is the correlation id of a run of send.
var sendRun = regexp.MustCompile(`orgbucket-send-[0-9TZ]+-[a-z0-9]+`)

// Golden compares output with a file of testdata.
func Golden(t *testing.T, name, got string) {
	t.Helper()
	got = sendRun.ReplaceAllString(got, "c")
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew)\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}
