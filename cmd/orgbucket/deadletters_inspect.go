package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutInspect = `inspect shows one dead letter in full: what would become of it now, with hint, warnings
and what couldn't be checked; its attributes; and its body. The id may be cut short, to
6 characters at least, if no other begins so.

Control characters in the body are escaped in a table. --output json has it exactly, or
as bodyBase64 if it isn't valid UTF-8.

Exit status: 0 found; 1 not found, or the queue can't be looked at; 64 bad usage, also
an id that begins like several; 130 stopped by Ctrl-C.`

const exampleInspect = `  orgbucket dead-letters inspect 0a1b2c3d --stage prod
  orgbucket dead-letters inspect 0a1b2c3d --stage prod -o json | jq -r .body`

func newInspectCommand(a *app) *cobra.Command {
	d := &deadLetters{app: a, board: &board{}}
	c := &cobra.Command{
		Use: "inspect ID", Short: "One dead letter in full", Long: aboutInspect, Example: exampleInspect, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return d.inspect(c.Context(), args[0]) },
	}
	a.outputFlag(c, "table", "json")
	return c
}

func (d *deadLetters) inspect(ctx context.Context, id string) error {
	if err := deadletter.CheckID(id); err != nil {
		return usage("%w", err)
	}
	at, err := d.place(ctx, stage.Needs{})
	if err != nil {
		return err
	}
	l, looked, err := at.scanner.Find(ctx, at.diagnoser(), id)
	d.looked(deadletter.Looked{Unreleased: looked.Unreleased, Hold: looked.Hold})
	switch {
	case errors.Is(err, deadletter.ErrNotFound):
		advice := fmt.Sprintf("%s seen.", were(looked.Seen))
		if looked.InFlight > 0 {
			advice = fmt.Sprintf("%s seen, about %d were in flight with others.", were(looked.Seen), looked.InFlight)
		}
		return advise(err, advice)
	case errors.Is(err, deadletter.ErrAmbiguous):
		return usage("%w", err)
	case err != nil:
		return d.stoppedLooking(err, looked.Seen)
	case d.output == "json":
		return jsonLine(d.out, newInspection(l, time.Now()))
	}
	return d.write(l, time.Now())
}
