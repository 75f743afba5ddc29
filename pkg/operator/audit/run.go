package audit

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// audit is one run.
type audit struct {
	auditor *Auditor
	options Options
	ignored map[Ignorable]bool

	todo    chan *task // to the workers
	inOrder chan *task // to the caller; its capacity bounds how far the list is ahead
	listed  atomic.Int64
	// open are the buckets whose rows weren't emitted yet; claims come after them.
	open sync.WaitGroup
	at   Position
	// The result of listing; written before inOrder is closed.
	listErr error
	whole   bool
}

// Run examines all buckets of the stage's prefix and calls emit for each row, one after
// the other and in the order of the list. Examining is never ahead of emit by more than
// a bounded number of buckets.
//
// The summary is right whatever happens. The error is why the run ended early: the
// list couldn't be read, emit failed, or ctx ended. Rows that were emitted before
// stay valid. What couldn't be read of one bucket is in its row.
func (a *Auditor) Run(ctx context.Context, o Options, emit func(Row) error) (Summary, error) {
	run := &audit{
		auditor: a, options: o, ignored: map[Ignorable]bool{},
		todo: make(chan *task), inOrder: make(chan *task, window),
		at: o.start(),
	}
	run.listed.Store(int64(run.at.Summary.Listed))
	for _, i := range o.Ignore {
		run.ignored[i] = true
	}
	working, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	wg.Go(func() { run.list(working) })
	for range workers {
		wg.Go(func() { run.work(working) })
	}
	summary, err := run.give(ctx, stop, emit)
	wg.Wait()
	return summary, err
}

// give emits the rows and counts them.
func (r *audit) give(ctx context.Context, stop func(), emit func(Row) error) (Summary, error) {
	s := &r.at.Summary
	var emitErr error
	cut := false
	for t := range r.inOrder {
		done := <-t.done
		switch {
		case emitErr != nil:
		case done.cut, cut && r.options.Done != nil: // a later run begins with the one that was cut
			cut = true
		default:
			if emitErr = r.giveOne(t, done.rows, emit); emitErr != nil {
				stop()
			}
		}
		r.open.Done()
	}
	s.Listed = int(r.listed.Load())
	s.Complete = r.whole && !cut && emitErr == nil
	switch {
	case s.Complete:
		return *s, nil
	case emitErr != nil:
		return *s, emitErr
	case ctx.Err() != nil:
		s.Stopped = true
		return *s, ctx.Err()
	}
	return *s, r.listErr
}

// giveOne emits the rows of one task.
func (r *audit) giveOne(t *task, rows []Row, emit func(Row) error) error {
	s := &r.at.Summary
	for _, row := range rows {
		if err := emit(row); err != nil {
			return fmt.Errorf("give out the row of %s: %w", row.Bucket, err)
		}
		s.count(row)
	}
	s.Done++
	if len(rows) == 0 {
		s.Vanished++
	}
	r.at.passed(t, rows)
	if r.options.Progress != nil {
		r.options.Progress(s.progress(int(r.listed.Load())))
	}
	if r.options.Done != nil {
		r.options.Done(r.at)
	}
	return nil
}
