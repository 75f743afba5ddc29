// Package cli is what the commands of orgbucket share: the connection to a
// deployment, exit statuses, output, questions, progress, and following messages.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// App is where a command reads and writes, and what the flags of all commands say.
type App struct {
	In       io.Reader
	Out, Err io.Writer
	// InTerminal and ErrTerminal: a question is asked, and a moving bar shown, on
	// a terminal only.
	InTerminal, ErrTerminal bool
	Getenv                  func(string) string

	Output string // table, or json
	Stage  string // empty: the environment has the settings
}

// NewApp is the app of this process.
func NewApp() *App {
	terminal := func(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
	return &App{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal: terminal(os.Stdin), ErrTerminal: terminal(os.Stderr),
		Getenv: os.Getenv,
	}
}

// Run runs a command line and returns its exit status. newRoot makes the command
// that args are for.
func Run(ctx context.Context, a *App, newRoot func(*App) *cobra.Command, args []string) int {
	a.Out = results{a.Out}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil && StatusOf(err) == StatusFailed {
		err = &Ended{Status: StatusStopped, Err: err} // whatever failed, failed because of that
	}
	if !errors.Is(err, errSeenEnough) {
		a.complain(err)
	}
	return StatusOf(err)
}

// errSeenEnough is the error of results whose reader has gone (`| head`). A
// connection to AWS that breaks is an EPIPE, too, but not this.
var errSeenEnough = errors.New("the reader of the results has gone")

// results is where results go.
type results struct{ io.Writer }

func (r results) Write(p []byte) (int, error) {
	n, err := r.Writer.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		err = fmt.Errorf("%w: %w", errSeenEnough, err)
	}
	return n, err
}

// complain writes why a command failed, unless the command has written it.
func (a *App) complain(err error) {
	if err == nil {
		return
	}
	e, isEnd := errors.AsType[*Ended](err)
	if isEnd && e.Err == nil {
		return
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = safetext.Line(line, 0) // an error's text may come from anywhere
	}
	fmt.Fprintf(a.Err, "orgbucket: %s\n", strings.Join(lines, "\n"))
	if isEnd && e.Advice != "" {
		fmt.Fprintf(a.Err, "  %s\n", e.Advice)
	}
}

// Notice writes a line beside the result.
func (a *App) Notice(format string, args ...any) {
	fmt.Fprintf(a.Err, format+"\n", args...)
}
