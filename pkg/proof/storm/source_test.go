package storm

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// lookAgain is how soon a poll that waits for messages notices one at most.
const lookAgain = time.Second

// source is Lambda's event source for the queue: it receives batches and has
// the function handle them, at most so many at once.
type source struct {
	cloud    *cloud
	settings settings

	mu          sync.Mutex
	invocations int
	deliveries  int
	handedBack  int
	busy        time.Duration // of all processes together
}

// drain runs until the queue is empty. Each of the concurrent batches has a
// process of its own, as in Lambda.
func (s *source) drain(ctx context.Context) {
	var wg sync.WaitGroup
	for range s.settings.concurrency {
		wg.Go(func() {
			process := s.cloud.newProcess(s.settings)
			for {
				batch := s.cloud.queue.receive(s.settings.batch)
				if len(batch) > 0 {
					s.invoke(ctx, process.Handle, batch)
					continue
				}
				at, more := s.cloud.queue.next()
				if !more {
					return
				}
				time.Sleep(min(lookAgain, max(time.Until(at), time.Millisecond)))
			}
		})
	}
	wg.Wait()
}

// invoke has a batch handled and deletes what it didn't hand back.
func (s *source) invoke(ctx context.Context, handle func(context.Context, events.SQSEvent) events.SQSEventResponse, batch []events.SQSMessage) {
	ctx, cancel := context.WithTimeout(ctx, s.settings.timeout)
	defer cancel()
	began := time.Now()
	done := handled(batch, handle(ctx, events.SQSEvent{Records: batch}))
	s.cloud.queue.remove(done)
	s.cloud.s3.ForgetCalls() // they'd fill the memory
	s.mu.Lock()
	defer s.mu.Unlock()
	s.invocations++
	s.deliveries += len(batch)
	s.handedBack += len(batch) - len(done)
	s.busy += time.Since(began)
}

// handled returns the handles of the messages that an answer doesn't name. One that
// names what isn't of the batch counts as a failure of all of it
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
func handled(batch []events.SQSMessage, answer events.SQSEventResponse) (handles []string) {
	left := map[string]string{}
	for _, m := range batch {
		left[m.MessageId] = m.ReceiptHandle
	}
	for _, f := range answer.BatchItemFailures {
		if left[f.ItemIdentifier] == "" {
			return nil
		}
		delete(left, f.ItemIdentifier)
	}
	return slices.Collect(maps.Values(left))
}
