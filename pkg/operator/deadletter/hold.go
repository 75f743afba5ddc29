package deadletter

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

const (
	// callers is how many calls to hold or release messages are made at a time.
	callers = 4
	// Releasing messages may take releaseLimit, and releaseEach for each message.
	releaseLimit = 30 * time.Second
	releaseEach  = 2 * time.Millisecond
)

// keepHolding extends holds before they run out, until stop is called.
func (w *walk) keepHolding(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(w.hold / 4)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				at := now()
				w.extend(ctx, w.ledger.due(at, at.Add(w.hold/2)))
			}
		}
	}()
	return func() { cancel(); <-ended }
}

// extend extends the holds of messages and notes in the ledger which messages
// aren't held any more. What fails otherwise is tried again at the next tick.
func (w *walk) extend(ctx context.Context, ids []string) {
	inChunks(ids, func(ids []string) {
		began, handles := now(), w.ledger.handles(ids)
		for i, err := range w.queue.Hold(ctx, handles, w.hold) {
			switch {
			case err == nil:
				w.ledger.hold(ids[i], handles[i], began.Add(w.hold))
			case errors.Is(err, queue.ErrNotHeld):
				w.ledger.hold(ids[i], handles[i], time.Time{})
			}
		}
	})
}

// release makes everything that is left visible again, also after ctx has ended,
// and returns the number of messages for which that failed. Messages that were
// copied but not deleted are deleted first, if that works now.
func (w *walk) release(ctx context.Context) (failed int) {
	limit := releaseLimit + time.Duration(w.ledger.size())*releaseEach
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	inChunks(w.ledger.all(copied), func(ids []string) { deleteCopied(ctx, w.queue, w.ledger, ids) })
	left := slices.Concat(w.ledger.all(held), w.ledger.all(copied))
	var count atomic.Int64
	inChunks(left, func(ids []string) {
		for _, err := range w.queue.Release(ctx, w.ledger.handles(ids)) {
			if err != nil {
				count.Add(1)
			}
		}
	})
	return int(count.Load())
}

// inChunks calls do for as many ids at a time as SQS takes in a call, a few calls
// concurrently.
func inChunks(ids []string, do func(ids []string)) {
	var calling errgroup.Group
	calling.SetLimit(callers)
	for chunk := range slices.Chunk(ids, queue.BatchLimit) {
		calling.Go(func() error { do(chunk); return nil })
	}
	_ = calling.Wait() // none of them fails
}
