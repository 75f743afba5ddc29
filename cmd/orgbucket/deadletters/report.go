package deadletters

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// movedLine is a message that was moved, in JSON.
type movedLine struct {
	Type  string `json:"type"` // "replayed", "archived"
	ID    string `json:"id"`
	OrgID org.ID `json:"orgId,omitempty"`
	NewID string `json:"newId,omitempty"`
}

// tellMoved tells of a batch.
func (d *command) tellMoved(kind string, moved []deadletter.Moved) {
	if d.JSON() {
		d.progress.Say(func() {
			for _, m := range moved {
				d.wrote(cli.JSONLine(d.Out, movedLine{kind, m.ID, m.OrgID, m.NewID})) // the messages are moved, whoever reads it
			}
		})
	}
	d.progress.Add(len(moved))
}

// moveSummary is the end of a move in JSON.
type moveSummary struct {
	Type      string        `json:"type"`
	Chosen    int           `json:"chosen"`
	Done      int           `json:"done"`
	Twice     []string      `json:"twice"`
	Failed    []failureLine `json:"failed"`
	Missing   []string      `json:"missing"`
	Remaining int           `json:"remaining"`
}

type failureLine struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// tellReport tells where a move stood, and gives the exit status. done is like
// "replayed", in is where the others are.
func (d *command) tellReport(r moveSummary, done, in string, started time.Time) (status int) {
	d.progress.Say(func() {
		if d.JSON() {
			d.wrote(cli.JSONLine(d.Out, r))
			return
		}
		for i, f := range r.Failed {
			if i == cli.MostListed {
				fmt.Fprintf(d.Out, "and %d more\n", len(r.Failed)-i)
				break
			}
			fmt.Fprintf(d.Out, "not %s  %s  %s\n", done, cli.Line(f.ID, 0), cli.Line(f.Reason, 0))
		}
		fmt.Fprintf(d.Out, "%d of %s %s in %v\n", r.Done, cli.Count(r.Chosen, "message"), done, cli.Coarse(time.Since(started)))
	})
	if len(r.Twice) > 0 {
		d.Notice("%s %s, but couldn't be deleted from the dead-letter queue: there twice now, and may be %s again. %s", cli.Were(len(r.Twice)), done, done, cli.Some(r.Twice))
	}
	if len(r.Missing) > 0 {
		d.Notice("%s not there any more, or in flight with others: %s", cli.Were(len(r.Missing)), cli.Some(r.Missing))
	}
	if left := r.Remaining + len(r.Failed); left > 0 {
		d.Notice("%s still in %s.", cli.Are(left, "message"), in)
	}
	switch {
	case r.Done < r.Chosen:
		return cli.StatusAct
	case d.lost != nil:
		d.Notice("The messages are %s, but that couldn't be written: %v", done, d.lost)
		return cli.StatusFailed
	}
	return cli.StatusOK
}

// wrote notes that a result couldn't be written. Moving goes on all the same.
func (d *command) wrote(err error) {
	if d.lost == nil {
		d.lost = err
	}
}

func newMoveSummary(kind string, r deadletter.Report) moveSummary {
	s := moveSummary{kind, r.Chosen, r.Moved, append([]string{}, r.Twice...), []failureLine{}, append([]string{}, r.Missing...), r.Remaining()}
	for _, f := range r.Failed {
		s.Failed = append(s.Failed, failureLine{f.ID, f.Err.Error()})
	}
	return s
}

// stoppedMoving is the error of a move that ended early.
func stoppedMoving(err error, r moveSummary, done string) error {
	advice := "Nothing is lost; the same command goes on with what is left."
	if errors.Is(err, context.Canceled) {
		return &cli.Ended{Status: cli.StatusStopped, Err: fmt.Errorf("stopped: %d of %s %s, %d remain", r.Done, cli.Count(r.Chosen, "message"), done, r.Remaining+len(r.Failed)), Advice: advice}
	}
	return cli.Advise(err, advice)
}
