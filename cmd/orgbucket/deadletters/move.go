package deadletters

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// mover is what replay and archive share: both choose messages, ask, and move the
// chosen ones. The package deadletter does the moving.
type mover struct {
	command
	cli.Agreement
	conditions
	selection  deadletter.Selection
	rows       bool   // show each message before asking
	verb, done string // "replay", "replayed"
	lost       error  // the first result that couldn't be written
}

// flags adds the flags that both have.
func (m *mover) flags(c *cobra.Command) {
	m.conditions.flags(c, true)
	m.Agreement.Flags(c)
	c.Flags().BoolVar(&m.rows, "rows", false, "show each message before asking")
}

// check checks those flags, before anything is looked at.
func (m *mover) check() (err error) {
	m.selection, err = m.conditions.selection(errNoCondition)
	return err
}

// choose shows the selected messages and returns them. The status is
// [cli.StatusAct] if there may be more of them, or if an id matches none.
func (m *mover) choose(ctx context.Context, at *place) (_ *deadletter.Chosen, status int, err error) {
	chosen, v := deadletter.NewChosen(), &view{rows: m.rows, question: true}
	looked, err := m.scan(ctx, at, m.selection, v, chosen.Add)
	m.reportLooked(looked)
	if err != nil {
		return nil, cli.StatusOK, stoppedLooking(err, looked.Seen)
	}
	shown := v.shown
	if looked.InFlight+looked.Unseen > 0 && len(m.ids) == 0 {
		status = cli.StatusAct
	}
	if m.reportUndiagnosed(shown) {
		status = cli.StatusAct
	}
	m.Notice("%s", summaryText(m.selection, shown, looked))
	m.reportUnchecked(shown)
	unmatched, err := chosen.Check(m.ids)
	if err != nil {
		return nil, cli.StatusUsage, cli.Usage("--id: %w", err)
	}
	for _, id := range unmatched {
		m.Notice("No message with an id that is or begins with %s matches.", safetext.Line(id, 0))
		status = cli.StatusAct
	}
	return chosen, status, nil
}

// plannedMove is the JSON of what a move would do.
type plannedMove struct {
	Type     string  `json:"type"` // "plan"
	Messages int     `json:"messages"`
	To       string  `json:"to"`
	Seconds  float64 `json:"seconds,omitempty"`
}

// agree asks whether to do what the sentence says ("replay 3 messages to …"), and
// reports whether to. In a dry run, which shows it, and without messages it reports false.
func (m *mover) agree(ctx context.Context, plan plannedMove, sentence string) (bool, error) {
	switch {
	case m.JSON() && m.DryRun:
		return false, cli.JSONLine(m.Out, plan)
	case m.JSON() && plan.Messages == 0:
		return false, cli.JSONLine(m.Out, m.summary(deadletter.Report{}))
	case plan.Messages == 0:
		m.Notice("There is nothing to %s.", m.verb)
		return false, nil
	case m.DryRun:
		m.Notice("Would %s.", sentence)
		return false, nil
	}
	err := m.Ask(ctx, m.App, cli.Sentence(sentence)+"? [y/N]", "y", "nothing was "+m.done)
	return err == nil, err
}

// carryOut moves n messages, shows progress and the result, and returns the exit status.
func (m *mover) carryOut(n int, move func(moved func([]deadletter.Moved)) (deadletter.Report, error)) (status int, err error) {
	began := time.Now()
	m.progress.Begin("messages", n)
	report, err := move(m.reportMoved)
	m.progress.End()
	status = m.reportMove(report, time.Since(began))
	m.reportLooked(deadletter.Looked{Unreleased: report.Unreleased, Hold: report.Hold})
	return status, m.stopped(err, report)
}
