package deadletters

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// movedLine is the JSON of a message that was moved.
type movedLine struct {
	Type  string `json:"type"` // "replayed", "archived"
	ID    string `json:"id"`
	OrgID org.ID `json:"orgId,omitempty"`
	NewID string `json:"newId,omitempty"`
}

// moveSummary is the last line of a move in JSON.
type moveSummary struct {
	Type      string        `json:"type"` // "replaySummary", "archiveSummary"
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

func (m *mover) summary(r deadletter.Report) moveSummary {
	s := moveSummary{m.verb + "Summary", r.Chosen, r.Moved, append([]string{}, r.Twice...), []failureLine{}, append([]string{}, r.Missing...), r.Remaining()}
	for _, f := range r.Failed {
		s.Failed = append(s.Failed, failureLine{f.ID, f.Err.Error()})
	}
	return s
}

// reportMoved reports a batch of messages that were moved.
func (m *mover) reportMoved(moved []deadletter.Moved) {
	if m.JSON() {
		m.progress.Say(func() {
			for _, one := range moved {
				m.wrote(cli.JSONLine(m.Out, movedLine{m.done, one.ID, one.OrgID, one.NewID}))
			}
		})
	}
	m.progress.Add(len(moved))
}

// wrote keeps the first error of writing a result. The move goes on nevertheless.
func (m *mover) wrote(err error) {
	if m.lost == nil {
		m.lost = err
	}
}

// reportMove reports the result of a move, and returns the exit status.
func (m *mover) reportMove(r deadletter.Report, took time.Duration) (status int) {
	m.progress.Say(func() {
		if m.JSON() {
			m.wrote(cli.JSONLine(m.Out, m.summary(r)))
			return
		}
		for _, f := range r.Failed[:min(cli.MostListed, len(r.Failed))] {
			_ = m.Showf("not %s  %s  %s\n", m.done, safetext.Line(f.ID, 0), safetext.Line(f.Err.Error(), 0))
		}
		if more := len(r.Failed) - cli.MostListed; more > 0 {
			_ = m.Showf("and %d more\n", more)
		}
		_ = m.Showf("%d of %s %s in %v\n", r.Moved, cli.Count(r.Chosen, "message"), m.done, timespan.Text(took))
	})
	if len(r.Twice) > 0 {
		m.Notice("%s %s, but couldn't be deleted from the dead-letter queue. In both places now: %s", cli.Were(len(r.Twice)), m.done, cli.Some(r.Twice))
	}
	if len(r.Missing) > 0 {
		m.Notice("%s gone, or in flight with others: %s", cli.Were(len(r.Missing)), cli.Some(r.Missing))
	}
	if left := r.Remaining() + len(r.Failed); left > 0 {
		m.Notice("%s still in the dead-letter queue.", cli.Are(left, "message"))
	}
	switch {
	case r.Moved < r.Chosen:
		return cli.StatusAct
	case m.lost != nil:
		m.Notice("The messages are %s, but that couldn't be written: %v", m.done, m.lost)
		return cli.StatusFailed
	}
	return cli.StatusOK
}

// stopped returns the error of a move that ended early, nil if err is nil.
func (m *mover) stopped(err error, r deadletter.Report) error {
	const advice = "Nothing is lost; the same command goes on with what is left."
	if errors.Is(err, context.Canceled) {
		left := r.Remaining() + len(r.Failed)
		return &cli.Ended{Status: cli.StatusStopped, Err: fmt.Errorf("stopped: %d of %s %s, %d remain", r.Moved, cli.Count(r.Chosen, "message"), m.done, left), Advice: advice}
	}
	return cli.Advise(err, advice)
}
