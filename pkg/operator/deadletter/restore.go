package deadletter

import (
	"context"
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Journal remembers which archived messages were brought back; *journal.Journal is one.
type Journal interface {
	Has(key string) bool
	// Add returns when the keys are safe.
	Add(keys ...string) error
}

// Restored is where a restoring stood when it ended.
type Restored struct {
	// Chosen is how many messages were to be brought back.
	Chosen int
	// Sent is how many were confirmed.
	Sent int
	// Failed are those that couldn't be sent; they are in the archive only.
	Failed []Failure
}

// Remaining is how many messages were not reached.
func (r Restored) Remaining() int { return r.Chosen - r.Sent - len(r.Failed) }

// Restore sends the chosen messages of an archive to the source queue, as they
// were, and writes each that is confirmed into the journal, so that another run
// leaves it out. The archive stays as it is. moved is told of each batch; it may
// be nil. When ctx ends, a batch that is under way is finished.
//
// If the program is killed, at most one batch may have been sent and not written
// down: another run sends it again.
func Restore(ctx context.Context, a *ArchiveReader, j Journal, chosen *Chosen, source Source, pace Pace, moved func([]Moved)) (Restored, error) {
	r := &restoring{journal: j, source: source, pace: pace, moved: moved, report: Restored{Chosen: chosen.Len()}}
	err := a.fresh(ctx, j, &Archived{}, func(record Record) error {
		if !chosen.Has(record.ID) {
			return nil
		}
		r.waiting = append(r.waiting, record)
		r.orgs = append(r.orgs, chosen.marks[record.ID].OrgID)
		if len(r.waiting) < pace.Batch() {
			return nil
		}
		return r.flush(ctx)
	})
	if err == nil {
		err = r.flush(ctx)
	}
	return r.report, err
}

type restoring struct {
	journal Journal
	source  Source
	pace    Pace
	moved   func([]Moved)
	report  Restored
	waiting []Record
	orgs    []org.ID // of those that are waiting
}

// flush sends what is waiting, when its turn has come.
func (r *restoring) flush(ctx context.Context) error {
	batch, orgs := r.waiting, r.orgs
	r.waiting, r.orgs = nil, nil
	if len(batch) == 0 {
		return nil
	}
	if err := r.pace.Wait(ctx, len(batch)); err != nil {
		return err
	}
	finishing, cancel := outlast(ctx, finishLimit)
	defer cancel()
	contents := make([]queue.Content, len(batch))
	for i, record := range batch {
		contents[i] = record.Content()
	}
	newIDs, errs, fatal := send(finishing, r.source, contents)
	var done []Moved
	var keys []string
	for i, record := range batch {
		if errs[i] != nil {
			r.report.Failed = append(r.report.Failed, Failure{record.ID, errs[i]})
			continue
		}
		keys = append(keys, record.ID)
		done = append(done, Moved{record.ID, newIDs[i], orgs[i]})
	}
	return r.remember(keys, done, fatal)
}

// remember writes down what was confirmed, and tells of it.
func (r *restoring) remember(keys []string, done []Moved, fatal error) error {
	if len(keys) == 0 {
		return fatal
	}
	r.report.Sent += len(keys)
	err := r.journal.Add(keys...)
	if r.moved != nil {
		r.moved(done)
	}
	if err != nil {
		return fmt.Errorf("%d messages were sent, but can't be remembered, so that another run would send them again: %w", len(keys), err)
	}
	return fatal
}
