package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// mostListed is how many messages are named of each kind that couldn't be moved.
const mostListed = 20

// movedLine is a message that was moved, in JSON.
type movedLine struct {
	Type  string `json:"type"` // "replayed", "archived"
	ID    string `json:"id"`
	OrgID org.ID `json:"orgId,omitempty"`
	NewID string `json:"newId,omitempty"`
}

// tellMoved tells of a batch.
func (d *deadLetters) tellMoved(kind string, moved []deadletter.Moved) {
	if d.output == "json" {
		d.board.say(func() {
			for _, m := range moved {
				d.wrote(jsonLine(d.out, movedLine{kind, m.ID, m.OrgID, m.NewID})) // the messages are moved, whoever reads it
			}
		})
	}
	d.board.add(len(moved))
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
func (d *deadLetters) tellReport(r moveSummary, done, in string, started time.Time) (status int) {
	d.board.say(func() {
		if d.output == "json" {
			d.wrote(jsonLine(d.out, r))
			return
		}
		for i, f := range r.Failed {
			if i == mostListed {
				fmt.Fprintf(d.out, "and %d more\n", len(r.Failed)-i)
				break
			}
			fmt.Fprintf(d.out, "not %s  %s  %s\n", done, cell(f.ID, 0), cell(f.Reason, 0))
		}
		fmt.Fprintf(d.out, "%d of %s %s in %v\n", r.Done, count(r.Chosen, "message"), done, coarse(time.Since(started)))
	})
	if len(r.Twice) > 0 {
		d.notice("%s %s, but couldn't be deleted from the dead-letter queue: there twice now, and may be %s again. %s", were(len(r.Twice)), done, done, some(r.Twice))
	}
	if len(r.Missing) > 0 {
		d.notice("%s not there any more, or in flight with others: %s", were(len(r.Missing)), some(r.Missing))
	}
	if left := r.Remaining + len(r.Failed); left > 0 {
		d.notice("%s still in %s.", are(left, "message"), in)
	}
	switch {
	case r.Done < r.Chosen:
		return statusAct
	case d.lost != nil:
		d.notice("The messages are %s, but that couldn't be written: %v", done, d.lost)
		return statusFailed
	}
	return statusOK
}

// wrote notes that a result couldn't be written. Moving goes on all the same.
func (d *deadLetters) wrote(err error) {
	if d.lost == nil {
		d.lost = err
	}
}

// some names messages, the first of many.
func some(ids []string) string {
	text := ""
	for i, id := range ids {
		if i == mostListed {
			return fmt.Sprintf("%s and %d more", text, len(ids)-i)
		}
		if i > 0 {
			text += " "
		}
		text += cell(id, 0)
	}
	return text
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
		return &ended{status: statusStopped, err: fmt.Errorf("stopped: %d of %s %s, %d remain", r.Done, count(r.Chosen, "message"), done, r.Remaining+len(r.Failed)), advice: advice}
	}
	return advise(err, advice)
}
