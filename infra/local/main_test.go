package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
	"github.com/fusionpos/orgbucket/infra/local/story"
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
		"up with every flag":                         {[]string{"up", "-bootstrap", bootstrap, "-tool", "x", "-node-modules", "x", "-v"}, ""},
		"no command":                                 {nil, `"" isn't a command`},
		"an unknown command":                         {[]string{"down"}, `"down" isn't a command`},
		"an argument too many":                       {[]string{"run", "-bootstrap", bootstrap, "-tool", bootstrap, "twice"}, "no arguments"},
		"an unknown flag":                            {[]string{"run", "-fast"}, "-fast"},
		"a function that isn't there":                {[]string{"run", "-bootstrap", bootstrap + "2"}, "find the compiled function"},
		"a tool that is not there":                   {[]string{"run", "-bootstrap", bootstrap, "-audit", bootstrap, "-tool", bootstrap + "2"}, "find the operators' tool"},
		"no function that audits":                    {[]string{"run", "-bootstrap", bootstrap, "-tool", bootstrap, "-audit", bootstrap + "2"}, "find the function that audits"},
		"help":                                       {[]string{"-h"}, flag.ErrHelp.Error()},
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
	for end := time.Now().Add(30 * time.Second); !strings.Contains(o.String(), part); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%q never came; the screen has\n%s", part, o)
		}
	}
}

func TestWhatIsTypedIsSentAndItsOutcomeShown(t *testing.T) {
	bootstrap, err := compiled.Function(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	modules, err := compiled.NodeModules()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	keyboard, typed := io.Pipe()
	var shown output
	ended := make(chan error, 1)
	go func() {
		ok, err := up(ctx, settings{bootstrap: bootstrap, nodeModules: modules}, story.NewScreen(&shown, false), keyboard)
		if err == nil && !ok {
			err = errors.New("it didn't go well")
		}
		ended <- err
	}()
	shown.wait(t, "export HOMES_BUCKET=orgbucket-local-homes\n")
	shown.wait(t, "Outcomes, as they come")
	for _, c := range []struct{ line, shows string }{
		{"Not An Id", "failed  InvalidOrganizationID"},
		{`{"orgId":17}`, "failed  MalformedMessage"},
		{"", "dead letter"},
	} {
		if _, err := io.WriteString(typed, c.line+"\n"); err != nil {
			t.Fatal(err)
		}
		shown.wait(t, c.shows)
	}
	if err := typed.Close(); err != nil { // the end of the input is not the end of the program
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v, want a clean end", err)
	}
	shown.wait(t, "Stopped; nothing is left.")
}

func TestAMissingQueueServerIsSaidWithItsRemedy(t *testing.T) {
	var shown output
	o := settings{command: "run", bootstrap: os.Args[0], nodeModules: t.TempDir()}
	if command(t.Context(), o, story.NewScreen(&shown, false)) {
		t.Error("it went well without fauxqs")
	}
	shown.wait(t, "npm ci --prefix infra/local")
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
