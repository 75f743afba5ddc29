package deadletters

import (
	"context"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
)

// agree says what would be done and reports whether it shall be: not in a dry run,
// and not with nothing to do. done is like "replayed".
func (d *command) agree(ctx context.Context, g cli.Agreement, plan plannedMove, done string) (bool, error) {
	switch {
	case d.JSON() && g.DryRun:
		return false, cli.JSONLine(d.Out, plan)
	case !d.JSON() || !g.Yes:
		d.Notice("%s", plan.sentence)
	}
	switch {
	case g.DryRun:
		return false, nil
	case plan.Messages == 0 && d.JSON():
		return false, cli.JSONLine(d.Out, newMoveSummary(plan.summary, deadletter.Report{}))
	case plan.Messages == 0:
		return false, nil
	}
	err := g.Ask(ctx, d.App, "Do it? [y/N]", "y", "nothing was "+done)
	return err == nil, err
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

// choose shows the messages that the selection takes and chooses them. The status
// tells of messages that couldn't be seen and may match, too.
func (d *command) choose(ctx context.Context, at *place, s deadletter.Selection) (_ *deadletter.Chosen, status int, err error) {
	chosen, shown := deadletter.NewChosen(), newTally()
	looked, err := d.scan(ctx, at, s, shown, chosen.Add)
	d.looked(looked)
	if err != nil {
		return nil, cli.StatusOK, d.stoppedLooking(err, looked.Seen)
	}
	if looked.InFlight+looked.Unseen > 0 && len(s.IDs) == 0 {
		status = cli.StatusAct
	}
	status = max(status, d.undiagnosed(shown))
	if looked.Seen == 0 && looked.InFlight == 0 {
		d.Notice("The dead-letter queue is empty.")
	} else {
		d.Notice("%s", summary(shown, looked))
	}
	return chosen, status, nil
}

// undiagnosed tells of messages that may match, too.
func (d *command) undiagnosed(shown *tally) (status int) {
	if shown.undiagnosed == 0 {
		return cli.StatusOK
	}
	d.Notice("%s couldn't be diagnosed, so nobody knows whether the conditions match: %s", cli.Count(shown.undiagnosed, "message"), cli.Line(shown.why, 300))
	return cli.StatusAct
}

// checkIDs tells of ids that chose nothing; an id that chose several is an error.
func (d *command) checkIDs(chosen *deadletter.Chosen, ids []string) (status int, err error) {
	unmatched, err := chosen.Check(ids)
	if err != nil {
		return cli.StatusUsage, cli.Usage("--id: %w", err)
	}
	for _, id := range unmatched {
		d.Notice("No message's id is or begins with %s, or the other conditions exclude it.", cli.Line(id, 0))
		status = cli.StatusAct
	}
	return status, nil
}
