package deadletter

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/retry"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

const (
	// receivers is how many receives are under way at a time.
	receivers = 2
	// pollWait is how long a receive waits for messages. With a second or more SQS
	// asks all its servers; a shorter poll may find nothing although there are messages.
	pollWait = time.Second
	// quietPolls is how many receives in a row must find nothing before the queue is
	// taken for empty.
	quietPolls = 3

	// finishLimit is how long a call that is under way may go on after Ctrl-C.
	finishLimit = 15 * time.Second
)

// ErrNoDeadLetterQueue is wrapped in the error of a queue whose messages go to a
// dead-letter queue themselves.
var ErrNoDeadLetterQueue = errors.New("it isn't a dead-letter queue, but has one")

// errEnough ends a walk without an error before everything was seen.
var errEnough = errors.New("seen enough")

// walk is one look through the queue.
type walk struct {
	queue    Queue
	hold     time.Duration
	ledger   *ledger
	quiet    quiet
	messages chan queue.Message
}

// visitor is what a walk does with messages.
type visitor struct {
	workers int // how many visits there are at a time
	visit   func(ctx context.Context, l *ledger, m queue.Message) error
	last    func(ctx context.Context, l *ledger) error // when all have been visited; may be nil
}

// walk hands every visible message to the visitor, once, and then makes visible
// again what is still there. errEnough from the visitor ends it without an error.
func (s *Scanner) walk(ctx context.Context, v visitor) (Looked, error) {
	depth, err := s.Queue.Depth(ctx)
	if err != nil {
		return Looked{}, err
	}
	if depth.DeadLetters != "" {
		return Looked{}, fmt.Errorf("look through queue %s: %w, %s", queue.Name(s.Queue.URL()), ErrNoDeadLetterQueue, safetext.Line(depth.DeadLetters, 200))
	}
	w := &walk{queue: s.Queue, hold: holdFor(depth.Ready), ledger: newLedger(), messages: make(chan queue.Message)}
	w.quiet.heard()
	looked := Looked{Hold: w.hold}
	stopHolding := w.keepHolding(ctx)
	err = w.run(ctx, v)
	looked.Seen = w.ledger.size()
	// SQS's counts lag: a message that counted as in flight may have been shown.
	looked.InFlight = min(depth.InFlight, max(0, depth.Ready+depth.InFlight-looked.Seen))
	if err == nil {
		looked.Unseen = w.unseen(ctx)
	}
	stopHolding()
	looked.Unreleased = w.release(ctx)
	if errors.Is(err, errEnough) {
		err = nil
	}
	return looked, err
}

// run receives and visits until nothing new comes, ctx ends or something fails.
func (w *walk) run(ctx context.Context, v visitor) error {
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var receiving, visiting sync.WaitGroup
	for range receivers {
		receiving.Go(func() { w.receive(inner, stop) })
	}
	for range v.workers {
		visiting.Go(func() {
			for m := range w.messages {
				if err := v.visit(inner, w.ledger, m); err != nil {
					stop(err)
				}
			}
		})
	}
	receiving.Wait()
	close(w.messages)
	visiting.Wait()
	if inner.Err() == nil && v.last != nil {
		return v.last(inner, w.ledger)
	}
	return context.Cause(inner)
}

// receive receives until nothing new comes or ctx ends. A receive that is under
// way then is finished: the messages of an answer that nobody reads would stay hidden.
func (w *walk) receive(ctx context.Context, stop context.CancelCauseFunc) {
	calling, cancel := retry.Outlast(ctx, finishLimit)
	defer cancel()
	for ctx.Err() == nil && !w.quiet.over(w.hold) {
		began := now()
		messages, err := w.queue.Receive(calling, pollWait, w.hold)
		if err != nil {
			stop(err)
			return
		}
		if len(messages) == 0 {
			w.quiet.empty()
			continue
		}
		fresh, again := w.ledger.take(messages, began.Add(w.hold))
		deleteCopied(calling, w.queue, w.ledger, again)
		for _, m := range fresh {
			select {
			case w.messages <- m:
				w.quiet.heard()
			case <-ctx.Done():
				return
			}
		}
	}
}

// deleteCopied deletes messages whose copies are confirmed. One that couldn't be
// deleted may be received again, and is then deleted.
func deleteCopied(ctx context.Context, q Queue, l *ledger, ids []string) {
	for i, err := range q.Delete(ctx, l.handles(ids)) {
		if err == nil {
			l.set(deleted, ids[i])
		}
	}
}

// unseen returns how many messages are visible although no receive finds any
// more, or 0 if that can't be found out.
func (w *walk) unseen(ctx context.Context) int {
	depth, err := w.queue.Depth(ctx)
	if err != nil {
		return 0
	}
	return depth.Ready
}

// quiet decides when a look has seen the whole queue: when several receives found
// nothing, or when no new message came for the time of a hold. A receive that returns
// only messages that were seen before, because their hold ran out, proves nothing.
type quiet struct {
	mu    sync.Mutex
	polls int       // receives that found nothing since the last new message
	last  time.Time // when that came
}

// heard records a new message.
func (q *quiet) heard() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.polls, q.last = 0, now()
}

// empty records a receive that found nothing.
func (q *quiet) empty() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.polls++
}

// over reports whether the whole queue has been seen.
func (q *quiet) over(hold time.Duration) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.polls >= quietPolls || now().Sub(q.last) > hold+pollWait
}
