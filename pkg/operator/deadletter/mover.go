package deadletter

import (
	"context"
	"errors"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/retry"
)

// errHoldRanOut is the failure of a message that somebody else may have by now.
var errHoldRanOut = errors.New("its hold ran out before its turn came, so it was left where it is")

// mover copies chosen messages and deletes them when the copy is confirmed.
type mover struct {
	queue  Queue
	chosen *Chosen
	pace   Pace // nil for no limit
	batch  int
	// copy copies messages. It returns the new id and an error or nil for each; fatal
	// ends the move.
	copy func(ctx context.Context, messages []queue.Message) (newIDs []string, errs []error, fatal error)
	// moved, if not nil, is called with each batch.
	moved func([]Moved)

	waiting []queue.Message
	met     map[string]bool
	report  Report
}

// move looks through the queue and moves the chosen messages. After ctx has ended
// nothing more is copied, and what has been copied is deleted. The error is why not
// all of them were reached.
func (s *Scanner) move(ctx context.Context, m *mover) (Report, error) {
	m.queue, m.met, m.report.Chosen = s.Queue, map[string]bool{}, m.chosen.Len()
	if m.report.Chosen == 0 {
		return m.report, nil
	}
	var l *ledger
	looked, err := s.walk(ctx, visitor{workers: 1, visit: func(ctx context.Context, ledger *ledger, message queue.Message) error {
		l = ledger
		return m.visit(ctx, ledger, message)
	}, last: m.flush})
	m.report.Looked = looked
	if l != nil {
		m.settle(l)
	}
	if err == nil {
		m.report.Missing = m.chosen.without(m.met)
	}
	return m.report, err
}

func (m *mover) visit(ctx context.Context, l *ledger, message queue.Message) error {
	if !m.chosen.Has(message.ID) {
		return nil
	}
	m.met[message.ID] = true
	m.waiting = append(m.waiting, message)
	all := len(m.met) == m.chosen.Len()
	if len(m.waiting) < m.batch && !all {
		return nil
	}
	if err := m.flush(ctx, l); err != nil {
		return err
	}
	if all {
		return errEnough
	}
	return nil
}

// flush moves the waiting messages as soon as the pace allows it, except those
// whose hold has run out.
func (m *mover) flush(ctx context.Context, l *ledger) error {
	batch := m.waiting
	m.waiting = nil
	if len(batch) == 0 {
		return nil
	}
	if m.pace != nil {
		if err := m.pace.Wait(ctx, len(batch)); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	batch = slices.DeleteFunc(batch, func(message queue.Message) bool {
		ranOut := !l.holds(message.ID, now())
		if ranOut {
			m.report.Failed = append(m.report.Failed, Failure{message.ID, errHoldRanOut})
		}
		return ranOut
	})
	finishing, cancel := retry.Outlast(ctx, finishLimit)
	defer cancel()
	return m.moveBatch(finishing, l, batch)
}

// moveBatch copies messages and then deletes those whose copy is confirmed.
func (m *mover) moveBatch(ctx context.Context, l *ledger, batch []queue.Message) error {
	if len(batch) == 0 {
		return nil
	}
	newIDs, errs, fatal := m.copy(ctx, batch)
	var done []Moved
	var ids []string
	for i, message := range batch {
		if errs[i] != nil {
			m.report.Failed = append(m.report.Failed, Failure{message.ID, errs[i]})
			continue
		}
		ids = append(ids, message.ID)
		done = append(done, Moved{message.ID, newIDs[i], m.chosen.marks[message.ID].OrgID})
	}
	if len(ids) > 0 {
		l.set(copied, ids...)
		deleteCopied(ctx, m.queue, l, ids)
		if m.moved != nil {
			m.moved(done)
		}
	}
	return fatal
}

// settle counts which of the copied messages were deleted in the end.
func (m *mover) settle(l *ledger) {
	m.report.Moved = len(l.all(deleted))
	m.report.Twice = slices.Sorted(slices.Values(l.all(copied)))
}
