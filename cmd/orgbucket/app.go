package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

// app is what the commands share: where they read and write, and what the flags
// of all commands say.
type app struct {
	in       io.Reader
	out, err io.Writer
	// Whether in, out and err are terminals: only then is something asked,
	// coloured, or shown as a moving bar.
	inTerminal, outTerminal, errTerminal bool
	getenv                               func(string) string

	output string // table, json or what else the command offers
	given  stage.Flags
}

func newApp() *app {
	terminal := func(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
	return &app{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		inTerminal: terminal(os.Stdin), outTerminal: terminal(os.Stdout), errTerminal: terminal(os.Stderr),
		getenv: os.Getenv,
	}
}

// run runs the command line and gives its exit status.
func run(ctx context.Context, a *app, args []string) int {
	a.out = results{a.out}
	root := newRootCommand(a)
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil && statusOf(err) == statusFailed {
		err = &ended{status: statusStopped, err: err} // whatever failed, failed because of that
	}
	if !errors.Is(err, errSeenEnough) {
		a.complain(err)
	}
	return statusOf(err)
}

// errSeenEnough is the error of results whose reader has gone (`| head`). A
// connection to AWS that breaks is an EPIPE, too, but not this.
var errSeenEnough = errors.New("whoever reads the results has gone")

// results is where results go.
type results struct{ io.Writer }

func (r results) Write(p []byte) (int, error) {
	n, err := r.Writer.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		err = fmt.Errorf("%w: %w", errSeenEnough, err)
	}
	return n, err
}

// complain says why a command failed, unless it said so itself.
func (a *app) complain(err error) {
	if err == nil {
		return
	}
	e, isEnd := errors.AsType[*ended](err)
	if isEnd && e.err == nil {
		return
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = cell(line, 0) // an error's text may come from anywhere
	}
	fmt.Fprintf(a.err, "orgbucket: %s\n", strings.Join(lines, "\n"))
	if isEnd && e.advice != "" {
		fmt.Fprintf(a.err, "  %s\n", e.advice)
	}
}

// notice tells something beside the result.
func (a *app) notice(format string, args ...any) {
	fmt.Fprintf(a.err, format+"\n", args...)
}
