package deadletters

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutList = `list shows every dead letter: its organization, the time since it was first sent, and
what would become of it now: verdict, code and reason (see orgbucket dead-letters
--help). inspect and --output json also show hints and warnings. Rows are written as
they are found, in no order.

` + aboutConditions + `

Exit status: 0 listed, or the queue is empty; 1 the queue can't be read, or some messages
couldn't be diagnosed; 64 bad usage; 130 stopped by Ctrl-C, all messages are visible
again.`

const exampleList = `  orgbucket dead-letters list --stage prod
  orgbucket dead-letters list --stage prod --would-work
  orgbucket dead-letters list --stage prod --code ClientUserNotFound --older-than 3d
  orgbucket dead-letters list --stage prod -o json | jq -r 'select(.verdict=="blocked") | [.orgId, .code, .hint] | @tsv'`

func newListCommand(a *cli.App) *cobra.Command {
	d, s := newCall(a), &conditions{}
	var selection deadletter.Selection
	c := &cobra.Command{
		Use: "list", Short: "What failed, and what would become of it now", Long: aboutList, Example: exampleList, Args: cobra.NoArgs,
		PreRunE: func(*cobra.Command, []string) (err error) {
			selection, err = s.selection(nil)
			return err
		},
		RunE: func(c *cobra.Command, _ []string) error { return d.list(c.Context(), selection) },
	}
	s.flags(c, false)
	a.OutputFlag(c)
	return c
}

func (d *command) list(ctx context.Context, s deadletter.Selection) error {
	at, err := d.connect(ctx, stage.Needs{})
	if err != nil {
		return err
	}
	shown := newTally()
	looked, err := d.scan(ctx, at, s, shown, nil)
	if err != nil {
		d.reportLooked(looked)
		return d.stoppedLooking(err, looked.Seen)
	}
	if d.JSON() {
		err = cli.JSONLine(d.Out, newSummaryLine(shown, looked))
	} else {
		d.reportLooked(looked)
		d.reportUndiagnosed(shown)
		_, err = fmt.Fprintln(d.Out, summaryText(shown, looked))
		d.reportUnchecked(shown)
	}
	if len(shown.found[diagnosis.Unknown])+shown.undiagnosed > 0 {
		return cli.Either(err, cli.StatusFailed)
	}
	return err
}

// summaryText returns what was found, in one line.
func summaryText(shown *tally, l deadletter.Looked) string {
	switch {
	case l.Seen == 0 && l.InFlight == 0:
		return "The dead-letter queue is empty."
	case l.Seen == 0:
		return "No dead letter can be seen."
	case shown.all == 0:
		return fmt.Sprintf("None of %s matches the conditions.", cli.Count(l.Seen, "dead letter"))
	case shown.all < l.Seen:
		return fmt.Sprintf("%d of %s: %s", shown.all, cli.Count(l.Seen, "dead letter"), shown)
	}
	return fmt.Sprintf("%s: %s", cli.Count(l.Seen, "dead letter"), shown)
}

// scan shows the selected messages and calls take, if not nil, with each.
func (d *command) scan(ctx context.Context, at *place, s deadletter.Selection, shown *tally, take func(deadletter.Letter)) (deadletter.Looked, error) {
	d.progress.Begin("dead letters", -1)
	defer d.progress.End()
	return at.scanner.Scan(ctx, at.Diagnoser(), s, func(l deadletter.Letter) error {
		d.progress.Add(1)
		return d.show(l, shown, take)
	})
}

// show shows a message if it is selected.
func (d *command) show(l deadletter.Letter, shown *tally, take func(deadletter.Letter)) (err error) {
	if !l.Selected {
		shown.skip(l.Diagnosis)
		return nil
	}
	at := time.Now()
	shown.add(l.Diagnosis)
	if take != nil {
		take(l)
	}
	d.progress.Say(func() {
		if d.JSON() {
			err = cli.JSONLine(d.Out, newLetterLine(l, at))
			return
		}
		if shown.all == 1 {
			writeLetterHead(d.Out)
		}
		writeLetter(d.Out, l, at)
	})
	return err
}

// reportUnchecked counts the messages of which something couldn't be asked.
func (d *command) reportUnchecked(shown *tally) {
	for _, question := range slices.Sorted(maps.Keys(shown.unchecked)) {
		d.Notice("%d of them: %s wasn't checked (%s)", shown.unchecked[question], question, safetext.Line(shown.unasked[question], 300))
	}
}

// reportUndiagnosed warns of messages that may match, too, since their diagnosis
// failed. It reports whether there are any.
func (d *command) reportUndiagnosed(shown *tally) bool {
	if shown.undiagnosed > 0 {
		d.Notice("%s couldn't be diagnosed and may match the conditions, too: %s", cli.Count(shown.undiagnosed, "message"), safetext.Line(shown.why, 300))
	}
	return shown.undiagnosed > 0
}
