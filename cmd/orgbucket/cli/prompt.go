package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Agreement is how a command that acts asks before it does.
type Agreement struct {
	Yes, DryRun bool
}

// Flags adds --yes and --dry-run.
func (g *Agreement) Flags(c *cobra.Command) {
	c.Flags().BoolVar(&g.Yes, "yes", false, "don't ask")
	c.Flags().BoolVar(&g.DryRun, "dry-run", false, "only show what would be done")
}

// Check is an error if a question couldn't be answered. A command that takes long
// until it asks calls it first.
func (g *Agreement) Check(a *App) error {
	if g.Yes || g.DryRun || a.InTerminal {
		return nil
	}
	return &Ended{Status: StatusUsage, Err: errors.New("this asks first, but standard input isn't a terminal"),
		Advice: "--yes does it without asking, --dry-run only shows it"}
}

// Ask asks a question, unless --yes was given. Its error is that the answer isn't
// the expected one ("y" stands for yes in any spelling); undone says what was
// therefore left: "nothing was sent". ctx's end is a no.
func (g *Agreement) Ask(ctx context.Context, a *App, question, expected, undone string) error {
	if err := g.Check(a); err != nil || g.Yes {
		return err
	}
	answer, err := a.ask(ctx, question)
	switch {
	case err != nil:
		return err
	case answer == expected || expected == "y" && (strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes")):
		return nil
	}
	return &Ended{Status: StatusFailed, Err: errors.New("not confirmed; " + undone)}
}

// ask returns the line that is typed after a question. The end of input is an empty one.
func (a *App) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprintf(a.Err, "%s ", wrapPage(question, a.ErrWidth))
	line, _ := Await(ctx, func() (string, error) { return bufio.NewReader(a.In).ReadString('\n') })
	if ctx.Err() != nil {
		fmt.Fprintln(a.Err)
		return "", &Ended{Status: StatusStopped, Err: errors.New("stopped at the question; nothing was done")}
	}
	return strings.TrimSpace(line), nil
}

// Await returns what read returns, or ctx's error as soon as ctx ends: what is being typed
// can't be interrupted otherwise. Then the reading goes on, and nobody hears of its end.
func Await[T any](ctx context.Context, read func() (T, error)) (T, error) {
	var value T
	var err error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		value, err = read()
	}()
	select {
	case <-ended:
		return value, err
	case <-ctx.Done():
		return *new(T), ctx.Err()
	}
}
