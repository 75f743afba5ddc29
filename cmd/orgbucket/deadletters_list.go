package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const aboutList = `list shows every dead letter that can be seen: its organization, its age since it was
first sent, how often it was received, and what would become of it now: verdict, code
and reason (orgbucket dead-letters --help explains them). Hints and warnings are in
inspect, and in --output json. Rows come as they are found, in no order, however many.

` + aboutConditions + `

While it looks, messages are hidden from others; at the end they are visible again at
once. Killed, they come back by themselves after 2 minutes, or 6 ms for each
message of the queue if that is longer.

Exit status: 0 listed, or the queue is empty; 1 the queue can't be looked at;
64 bad usage; 130 stopped by Ctrl-C, everything is visible again.`

const exampleList = `  orgbucket dead-letters list --stage prod
  orgbucket dead-letters list --stage prod --would-work
  orgbucket dead-letters list --stage prod --code ClientUserNotFound --older-than 3d
  orgbucket dead-letters list --stage prod -o json | jq -r 'select(.verdict=="blocked") | [.orgId, .code, .hint] | @tsv'`

func newListCommand(a *app) *cobra.Command {
	d, s := &deadLetters{app: a, board: &board{}}, &conditions{}
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
	a.outputFlag(c, "table", "json")
	return c
}

func (d *deadLetters) list(ctx context.Context, s deadletter.Selection) error {
	at, err := d.place(ctx, stage.Needs{})
	if err != nil {
		return err
	}
	shown := newTally()
	looked, err := d.scan(ctx, at, s, shown, nil)
	if err != nil {
		d.looked(looked)
		return d.stoppedLooking(err, looked.Seen)
	}
	if d.output == "json" {
		return jsonLine(d.out, newSummaryLine(shown, looked))
	}
	d.looked(looked)
	d.undiagnosed(shown)
	if looked.Seen > 0 || looked.InFlight > 0 {
		_, err = fmt.Fprintln(d.out, summary(shown, looked))
	} else {
		_, err = fmt.Fprintln(d.out, "The dead-letter queue is empty.")
	}
	return err
}

// summary says in a line what was found.
func summary(shown *tally, l deadletter.Looked) string {
	switch {
	case l.Seen == 0:
		return "No dead letter can be seen."
	case shown.all == 0:
		return fmt.Sprintf("None of %s is meant.", count(l.Seen, "dead letter"))
	case shown.all < l.Seen:
		return fmt.Sprintf("%d of %s: %s", shown.all, count(l.Seen, "dead letter"), shown)
	}
	return fmt.Sprintf("%s: %s", count(l.Seen, "dead letter"), shown)
}

// scan shows the messages that are meant, and tells take of each.
func (d *deadLetters) scan(ctx context.Context, at *place, s deadletter.Selection, shown *tally, take func(deadletter.Letter)) (deadletter.Looked, error) {
	d.board.begin(d.startProgress("dead letters", -1))
	defer d.board.end()
	return at.scanner.Scan(ctx, at.diagnoser(), s, func(l deadletter.Letter) error {
		d.board.add(1)
		return d.show(l, shown, take)
	})
}

// show shows a message if it is meant.
func (d *deadLetters) show(l deadletter.Letter, shown *tally, take func(deadletter.Letter)) (err error) {
	if !l.Meant {
		shown.pass(l.Diagnosis)
		return nil
	}
	at := time.Now()
	shown.add(l.Diagnosis)
	if take != nil {
		take(l)
	}
	d.board.say(func() {
		if d.output == "json" {
			err = jsonLine(d.out, newLetterLine(l, at))
			return
		}
		if shown.all == 1 {
			writeLetterHead(d.out)
		}
		writeLetter(d.out, l, at)
	})
	return err
}
