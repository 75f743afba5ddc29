package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
)

// agreement is how a command that acts asks before it does.
type agreement struct {
	yes, dryRun bool
}

func (g *agreement) flags(c *cobra.Command) {
	c.Flags().BoolVar(&g.yes, "yes", false, "don't ask")
	c.Flags().BoolVar(&g.dryRun, "dry-run", false, "only show what would be done")
}

// canAsk is an error where nobody could answer: better said before than after a
// look through the queue.
func (d *deadLetters) canAsk(g agreement) error {
	if g.yes || g.dryRun || d.inTerminal {
		return nil
	}
	_, err := d.confirm(context.Background(), "", "y")
	return err
}

// agree says what would be done and tells whether it shall be: not in a dry run,
// and not without an answer. done is like "replayed".
func (d *deadLetters) agree(ctx context.Context, g agreement, plan plannedMove, done string) (bool, error) {
	switch {
	case d.output == "json" && g.dryRun:
		return false, jsonLine(d.out, plan)
	case d.output != "json" || !g.yes:
		d.notice("%s", plan.sentence)
	}
	switch {
	case g.dryRun:
		return false, nil
	case plan.Messages == 0 && d.output == "json":
		return false, jsonLine(d.out, newMoveSummary(plan.summary, deadletter.Report{}))
	case plan.Messages == 0:
		return false, nil
	case g.yes:
		return true, nil
	}
	yes, err := d.confirm(ctx, "Do it? [y/N]", "y")
	if err == nil && !yes {
		err = &ended{status: statusFailed, err: fmt.Errorf("not confirmed; nothing was %s", done)}
	}
	return yes, err
}

// plannedMove is what would be done.
type plannedMove struct {
	Type     string  `json:"type"`
	Messages int     `json:"messages"`
	To       string  `json:"to"`
	Seconds  float64 `json:"seconds,omitempty"`
	sentence string
	summary  string // the type of the summary that the move would end with
}

// choose shows the messages that are meant and chooses them. The status tells of
// messages that couldn't be seen and may be meant, too.
func (d *deadLetters) choose(ctx context.Context, at *place, s deadletter.Selection) (_ *deadletter.Chosen, status int, err error) {
	chosen, shown := deadletter.NewChosen(), newTally()
	looked, err := d.scan(ctx, at, s, shown, chosen.Add)
	d.looked(looked)
	if err != nil {
		return nil, statusOK, d.stoppedLooking(err, looked.Seen)
	}
	if looked.InFlight+looked.Unseen > 0 && len(s.IDs) == 0 {
		status = statusAct
	}
	status = max(status, d.undiagnosed(shown))
	if looked.Seen == 0 && looked.InFlight == 0 {
		d.notice("The dead-letter queue is empty.")
	} else {
		d.notice("%s", summary(shown, looked))
	}
	return chosen, status, nil
}

// undiagnosed tells of messages that may be meant, too.
func (d *deadLetters) undiagnosed(shown *tally) (status int) {
	if shown.undiagnosed == 0 {
		return statusOK
	}
	d.notice("%s couldn't be diagnosed, so whether they are meant can't be told: %s", count(shown.undiagnosed, "message"), cell(shown.why, 300))
	return statusAct
}

// checkIDs tells of ids that chose nothing; an id that chose several is an error.
func (d *deadLetters) checkIDs(chosen *deadletter.Chosen, ids []string) (status int, err error) {
	unmatched, err := chosen.Check(ids)
	if err != nil {
		return statusUsage, usage("--id: %w", err)
	}
	for _, id := range unmatched {
		d.notice("No message whose id is or begins with %s is meant.", cell(id, 0))
		status = statusAct
	}
	return status, nil
}
