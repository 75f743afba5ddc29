package deadletters

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
)

// retention is how long a dead letter can be there, from its first sending on, and so how
// far back the log tells of one. A day more is for clocks and the time in the queue.
const retention = 15 * 24 * time.Hour

// view is what a look shows.
type view struct {
	rows     bool // a row for each message, not only groups
	limit    int  // rows, 0 for all
	question bool // a question follows

	shown     *tally
	kept      []letterLine // rows that are sorted first
	failures  map[string]functionlog.Record
	logIsRead bool
}

// scan looks through the queue and shows the selected messages. take, if not nil, is
// called with each.
func (d *command) scan(ctx context.Context, at *place, s deadletter.Selection, v *view, take func(deadletter.Letter)) (deadletter.Looked, error) {
	v.shown = newTally()
	v.shown.narrowed = narrowed(s)
	at.Doubt(d.App, cli.Texts(s.Orgs)...)
	d.readFailures(ctx, at, v)
	d.progress.Begin("dead letters", -1)
	looked, err := at.scanner.Scan(ctx, at.Diagnoser(), s, func(l deadletter.Letter) error {
		d.progress.Add(1)
		return d.show(l, v, take)
	})
	d.progress.End()
	if err != nil {
		return looked, err
	}
	return looked, d.finish(at, v)
}

// readFailures reads how messages failed in the end. Without the log that isn't known,
// which is said.
func (d *command) readFailures(ctx context.Context, at *place, v *view) {
	v.failures = map[string]functionlog.Record{}
	d.progress.Begin("log lines", -1)
	defer d.progress.End()
	for r, err := range at.Log().Failures(ctx, time.Now().Add(-retention)) {
		switch {
		case err != nil && ctx.Err() == nil:
			d.progress.Say(func() { d.Notice("How the messages failed isn't known: %s", safetext.Line(err.Error(), 0)) })
			return
		case err != nil:
			return
		}
		d.progress.Add(1)
		v.failures[r.MessageID] = r
	}
	v.logIsRead = true
}

// show shows a message if it is selected. Without a limit rows of JSON are written at once.
func (d *command) show(l deadletter.Letter, v *view, take func(deadletter.Letter)) (err error) {
	if !l.Selected {
		v.shown.skip(l.Diagnosis)
		return nil
	}
	line := newLetterLine(l, v.failures[l.ID], time.Now())
	v.shown.add(line)
	if take != nil {
		take(l)
	}
	switch {
	case d.JSON() && v.limit == 0:
		d.progress.Say(func() { err = cli.JSONLine(d.Out, line) })
	case d.JSON() || v.rows:
		v.kept = append(v.kept, line)
	}
	return err
}

// finish writes what was kept, and the groups.
func (d *command) finish(at *place, v *view) error {
	rows := sortRows(v.kept, v.limit)
	if d.JSON() {
		for _, r := range rows {
			if err := cli.JSONLine(d.Out, r); err != nil {
				return err
			}
		}
		return nil
	}
	now := time.Now()
	if v.rows {
		if err := d.writeRows(rows, now); err != nil {
			return err
		}
		if more := v.shown.all - len(rows); more > 0 {
			d.Notice("%s aren't shown (--limit %d).", cli.Count(more, "older message"), v.limit)
		}
		return nil
	}
	return d.writeGroups(v.shown, d.Command, v.question, v.logIsRead, now)
}

// summaryText returns what was found, in one line.
func summaryText(s deadletter.Selection, shown *tally, l deadletter.Looked) string {
	switch {
	case l.Seen == 0 && l.InFlight == 0:
		return "The dead-letter queue is empty."
	case l.Seen == 0:
		return "No dead letter can be seen."
	case shown.all == 0 && l.Seen == 1:
		return "The only dead letter doesn't match the conditions." + ofNow(s)
	case shown.all == 0:
		return fmt.Sprintf("None of %s matches the conditions.%s", cli.Count(l.Seen, "dead letter"), ofNow(s))
	case shown.all < l.Seen:
		return fmt.Sprintf("%d of %s: %s", shown.all, cli.Count(l.Seen, "dead letter"), shown)
	}
	return fmt.Sprintf("%s: %s", cli.Count(l.Seen, "dead letter"), shown)
}

// ofNow says of a selection that found nothing that its codes and verdicts aren't those
// that the messages failed with.
func ofNow(s deadletter.Selection) string {
	if len(s.Codes)+len(s.Verdicts) == 0 {
		return ""
	}
	return " --code and --verdict go by the diagnosis of now: a message whose cause is mended would work, whatever it failed with."
}

// reportLooked reports the messages that a look couldn't show or make visible again.
func (d *command) reportLooked(l deadletter.Looked) {
	if l.InFlight > 0 {
		d.Notice("In flight with others, and not shown: about %s.", cli.Count(l.InFlight, "message"))
	}
	if l.Unseen > 0 {
		d.Notice("SQS counts about %s in the queue, but returned none. Look again in a minute.", cli.Count(l.Unseen, "more message"))
	}
	if l.Unreleased > 0 {
		d.Notice("%s couldn't be made visible again; that happens by itself within %s.", cli.Count(l.Unreleased, "message"), timespan.Text(l.Hold))
	}
}

// reportUnchecked counts the messages of which something couldn't be asked.
func (d *command) reportUnchecked(shown *tally) {
	for _, question := range slices.Sorted(maps.Keys(shown.unchecked)) {
		text := fmt.Sprintf("%d of them: %s", shown.unchecked[question], question)
		if shown.all == 1 {
			text = cli.Sentence(question)
		}
		d.Notice("%s wasn't checked (%s)", text, safetext.Line(shown.unasked[question], 300))
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

// stoppedLooking returns the error of a look that ended early.
func stoppedLooking(err error, seen int) error {
	switch {
	case errors.Is(err, context.Canceled):
		return &cli.Ended{Status: cli.StatusStopped, Err: fmt.Errorf("stopped when %s had been received", cli.Count(seen, "dead letter")), Advice: "Nothing was changed; everything is visible again."}
	case errors.Is(err, deadletter.ErrNoDeadLetterQueue):
		return &cli.Ended{Status: cli.StatusUsage, Err: err, Advice: "Nothing was changed. Are QUEUE_URL and DEAD_LETTER_QUEUE_URL swapped?"}
	}
	return fmt.Errorf("look through the dead-letter queue: %w", err)
}
