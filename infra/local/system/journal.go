package system

import (
	"context"
	"slices"
	"sync"
)

// journal is a list that only grows, and that others can wait on: what a step
// waits for may have come before it began to wait.
type journal[T any] struct {
	mu   sync.Mutex
	all  []T
	more chan struct{} // closed by the next add
}

func newJournal[T any]() *journal[T] { return &journal[T]{more: make(chan struct{})} }

func (j *journal[T]) add(entry T) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all = append(j.all, entry)
	close(j.more)
	j.more = make(chan struct{})
}

// entries returns all entries so far and a channel that is closed when there is more.
func (j *journal[T]) entries() ([]T, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all[:len(j.all):len(j.all)], j.more // later entries come behind these
}

// wait returns the first entry that matches, now or later. The error is the context's.
func (j *journal[T]) wait(ctx context.Context, matches func(T) bool) (T, error) {
	for {
		all, more := j.entries()
		if i := slices.IndexFunc(all, matches); i >= 0 {
			return all[i], nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			var none T
			return none, ctx.Err()
		}
	}
}

// follow calls tell with every entry, those so far included, in order, until ctx ends.
func (j *journal[T]) follow(ctx context.Context, tell func(T)) {
	for told := 0; ; {
		all, more := j.entries()
		for _, entry := range all[told:] {
			tell(entry)
		}
		told = len(all)
		select {
		case <-more:
		case <-ctx.Done():
			return
		}
	}
}
