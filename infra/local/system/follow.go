package system

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/eventsource"
)

// Outcome waits for the outcome of a message.
func (s *System) Outcome(ctx context.Context, messageID string) (Outcome, error) {
	o, err := s.outcomes.wait(ctx, func(o Outcome) bool { return o.Source.MessageID == messageID })
	return o, waiting(err, "the outcome of message "+messageID)
}

// ProvisionedOutcome waits for the first good outcome with a correlation id, which
// is all that is known of a message that somebody else put into the queue.
func (s *System) ProvisionedOutcome(ctx context.Context, correlationID string) (Outcome, error) {
	o, err := s.outcomes.wait(ctx, func(o Outcome) bool { return o.Source.CorrelationID == correlationID && o.Error == nil })
	return o, waiting(err, "the good outcome for correlation id "+correlationID)
}

// Record waits for the function's log line about a receive of a message later
// than the given one. A receive in which the function crashed has none.
func (s *System) Record(ctx context.Context, messageID string, after int) (Record, error) {
	r, err := s.records.wait(ctx, func(r Record) bool { return r.MessageID == messageID && r.ReceiveCount > after })
	return r, waiting(err, "the function's log line about message "+messageID)
}

// Batch waits for the batch in which a message was first handled.
func (s *System) Batch(ctx context.Context, messageID string) (eventsource.BatchReport, error) {
	b, err := s.batches.wait(ctx, func(b eventsource.BatchReport) bool { return slices.Contains(b.MessageIDs, messageID) })
	return b, waiting(err, "the batch of message "+messageID)
}

// DeadLetter waits for a message to come to the dead-letter queue.
func (s *System) DeadLetter(ctx context.Context, messageID string) (DeadLetter, error) {
	d, err := s.dead.seen.wait(ctx, func(d DeadLetter) bool { return d.MessageID == messageID })
	return d, waiting(err, "the dead letter of message "+messageID)
}

func waiting(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("wait for %s: %w", what, err)
}

// Outcomes calls tell with every outcome since the start, in order, until ctx ends.
func (s *System) Outcomes(ctx context.Context, tell func(Outcome)) { s.outcomes.follow(ctx, tell) }

// Records does the same with every log line about a delivery.
func (s *System) Records(ctx context.Context, tell func(Record)) { s.records.follow(ctx, tell) }

// DeadLetters does the same with every message of the dead-letter queue.
func (s *System) DeadLetters(ctx context.Context, tell func(DeadLetter)) {
	s.dead.seen.follow(ctx, tell)
}

// Settled waits until the queue is empty: nothing waits and nothing is in flight.
func (s *System) Settled(ctx context.Context) error {
	for {
		depth, err := s.Messaging.Depth(ctx, s.Queues.QueueURL)
		if err != nil {
			return err
		}
		if depth.Ready+depth.InFlight == 0 {
			return nil
		}
		pause(ctx, 50*time.Millisecond)
		if ctx.Err() != nil {
			return fmt.Errorf("wait until %s is empty: %w", s.Queues.QueueURL, ctx.Err())
		}
	}
}
