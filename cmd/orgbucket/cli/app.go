// Package cli is what the commands of orgbucket share: the connection to a
// stage, exit statuses, output, questions, progress, and following messages.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// App is where a command reads and writes, and what the flags of all commands say.
type App struct {
	In       io.Reader
	Out, Err io.Writer
	// InTerminal and ErrTerminal: a question is asked, and a moving bar shown, on
	// a terminal only. A bar isn't shown beside a pipe either, whose reader may write to
	// the same terminal.
	InTerminal, ErrTerminal bool
	// Width is how many columns the terminal has that the results go to, and ErrWidth that
	// of everything else; 0 without one.
	Width, ErrWidth int
	// Colors: results may have colors.
	Colors bool
	Getenv func(string) string

	Output string // table, or json
	Stage  string // empty: the environment has the settings
}

// NewApp is the app of this process.
func NewApp() *App {
	terminal := func(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
	width := func(f *os.File) int {
		columns, _, _ := term.GetSize(int(f.Fd())) // 0 if it's no terminal
		return columns
	}
	return &App{
		Width: width(os.Stdout), ErrWidth: width(os.Stderr), Colors: terminal(os.Stdout) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb",
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal: terminal(os.Stdin), ErrTerminal: terminal(os.Stderr) && !piped(os.Stdout),
		Getenv: os.Getenv,
	}
}

// piped reports whether a file is a pipe.
func piped(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// Run runs a command line and returns its exit status. newRoot makes the command
// that args are for.
func Run(ctx context.Context, a *App, newRoot func(*App) *cobra.Command, args []string) int {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var gone atomic.Bool
	a.Out = results{a.Out, func() { gone.Store(true); stop() }}
	a.Err = unlessGone{a.Err, &gone}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.InitDefaultCompletionCmd() // so that their arguments are checked, too
	root.InitDefaultHelpCmd()
	checkArguments(root)
	err := root.ExecuteContext(ctx)
	switch {
	case gone.Load():
		return StatusFailed
	case ctx.Err() != nil && StatusOf(err) == StatusFailed:
		err = &Ended{Status: StatusStopped, Err: err} // whatever failed, failed because of that
	}
	a.complain(err)
	return StatusOf(err)
}

// results is where results go. If their reader goes away (`| head`), that ends the
// command as Ctrl-C would, but without a word.
type results struct {
	io.Writer
	gone func()
}

// Write writes, and tells of a reader that has gone.
func (r results) Write(p []byte) (int, error) {
	n, err := r.Writer.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		r.gone()
	}
	return n, err
}

// unlessGone is where everything else goes, as long as the results have a reader.
type unlessGone struct {
	io.Writer
	gone *atomic.Bool
}

// Write writes, or drops what nobody reads.
func (u unlessGone) Write(p []byte) (int, error) {
	if u.gone.Load() {
		return len(p), nil
	}
	return u.Writer.Write(p)
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
	advice := ""
	if isEnd {
		advice = e.Advice
	}
	if StatusOf(err) == StatusStopped && errors.Is(err, context.Canceled) {
		err = errors.New("stopped") // who pressed Ctrl-C knows why
	}
	if awserror.IsAnswer(err) {
		if r := awserror.Of(err); advice == "" || r.General() && !strings.Contains(advice, r.Advice()) {
			advice = strings.TrimSpace(advice + "\n" + r.Advice())
		}
		err = awserror.Plain(err)
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = safetext.Line(line, 0) // an error's text may come from anywhere
	}
	a.Notice("orgbucket: %s", strings.Join(lines, "\n"))
	for line := range strings.Lines(a.Advice(advice, "")) {
		a.Notice("  %s", strings.TrimSuffix(line, "\n"))
	}
}

// Notice writes a line beside the result.
func (a *App) Notice(format string, args ...any) {
	fmt.Fprintln(a.Err, wrapPage(fmt.Sprintf(format, args...), a.ErrWidth))
}
