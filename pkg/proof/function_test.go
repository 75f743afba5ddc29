package proof

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// invocation is one run of the function with a batch of receipts.
type invocation struct {
	number   int
	lane     int // of several that run at once
	receipts []receipt
	once     sync.Once
	killed   chan struct{}
	// told is what the checker heard it being told, counts what it did. Guarded
	// by the wire.
	told   evidence
	counts map[target]int
}

type invocationKey struct{}

func invocationOf(ctx context.Context) *invocation {
	return ctx.Value(invocationKey{}).(*invocation)
}

// kill ends the process: none of its calls ever ends from here on, and nobody
// hears its answer.
func (i *invocation) kill() { i.once.Do(func() { close(i.killed) }) }

func (i *invocation) dead() bool {
	select {
	case <-i.killed:
		return true
	default:
		return false
	}
}

// invoke runs the function as Lambda's event source does: with a timeout, and
// afterwards everything is deleted from the queue that the answer doesn't name.
func (w *world) invoke(lane int, receipts ...receipt) {
	inv := &invocation{lane: lane, receipts: receipts, killed: make(chan struct{}), counts: map[target]int{}}
	w.check.invoked(inv)
	ctx := context.WithValue(context.Background(), invocationKey{}, inv)
	var over <-chan time.Time
	if w.timeout > 0 {
		timer := time.NewTimer(w.timeout)
		defer timer.Stop()
		over = timer.C
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, w.timeout)
		defer cancel()
	}
	done := make(chan events.SQSEventResponse, 1)
	go func() { done <- w.batch.Handle(ctx, eventOf(receipts)) }()
	select {
	case answer := <-done:
		w.acknowledge(inv, answer)
	case <-inv.killed:
	case <-over:
		inv.kill()
		w.check.overdue(inv)
	}
}

// eventOf is what Lambda hands the function.
func eventOf(receipts []receipt) (event events.SQSEvent) {
	for _, r := range receipts {
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: r.message.id, ReceiptHandle: r.handle, Body: r.message.body,
			Attributes: map[string]string{"ApproximateReceiveCount": fmt.Sprint(r.count)},
		})
	}
	return event
}

// acknowledge deletes what the answer doesn't name.
func (w *world) acknowledge(inv *invocation, answer events.SQSEventResponse) {
	failed := map[string]bool{}
	for _, f := range answer.BatchItemFailures {
		failed[f.ItemIdentifier] = true
	}
	for _, r := range inv.receipts {
		if !failed[r.message.id] {
			w.check.acknowledged(r.message)
			w.queue.remove(r.message)
		}
	}
}
