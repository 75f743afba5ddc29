// Package intake sends "organization created" messages for a list of organizations
// to the queue: a backfill, or a repair. The whole list is checked before anything
// is sent. What the queue confirmed is recorded, so that running a stopped run
// again continues it.
//
// At most one batch is sent twice: the one whose answer was lost because the
// process was killed or the network broke. That does no harm: provisioning is
// idempotent.
//
// It needs the permission sqs:SendMessage on the queue.
package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/retry"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Queue takes messages; *queue.Queue is one.
type Queue interface {
	// Send sends at most ten messages and returns the result of each, in their
	// order. It retries what can be retried without sending anything twice.
	Send(ctx context.Context, messages []queue.Content) []queue.Sent
}

// Journal records for which organizations a message was confirmed.
type Journal interface {
	Has(key string) bool
	// Add returns when the keys are on the disk.
	Add(keys ...string) error
}

// Message is a message that the queue has confirmed.
type Message struct {
	OrgID     org.ID
	MessageID string
}

// Unsent is an organization for which the queue refused a message.
type Unsent struct {
	OrgID org.ID
	Err   error
}

// Result is the result of a run, however it ended.
type Result struct {
	Sent   int
	Unsent []Unsent
	// Left is how many weren't sent: not tried, or in the batch that ended the run.
	Left int
}

// Sender sends messages. All fields but Journal and Sent are required.
type Sender struct {
	Queue         Queue
	Pace          *queue.Pace
	CorrelationID string
	// Group is the messages' group: see [ListGroup]. Empty for none.
	Group string
	// Journal may be nil: then nothing is recorded.
	Journal Journal
	// Sent, if not nil, is called with each batch that was confirmed.
	Sent func([]Message)
}

// ListGroup is the message group of lists. A standard queue delays the messages of a group
// that has many before those of others
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html).
const ListGroup = "orgbucket-send"

// grace is how long a batch that is under way may still take when the run is
// stopped: its answer says what needn't be sent again.
const grace = 15 * time.Second

// Remaining returns the ids that the journal doesn't have.
func Remaining(ids []org.ID, journal Journal) []org.ID {
	var left []org.ID
	for _, id := range ids {
		if !journal.Has(string(id)) {
			left = append(left, id)
		}
	}
	return left
}

// Send sends a message for each of ids. It ends early, with an error, if ctx ends,
// if the journal can't be written, or with the first batch of which the queue
// confirms nothing: then the cause isn't in single messages. Messages that were
// refused one by one are in the result, and don't end the run.
func (s *Sender) Send(ctx context.Context, ids []org.ID) (Result, error) {
	result := Result{Left: len(ids)}
	for len(ids) > 0 {
		batch := ids[:min(s.Pace.Batch(), len(ids))]
		if err := s.Pace.Wait(ctx, len(batch)); err != nil {
			return result, fmt.Errorf("send messages: %w", err)
		}
		sent, unsent := s.sendBatch(ctx, batch)
		if len(sent) == 0 {
			return result, fmt.Errorf("send %s: %w", describe(batch), unsent[0].Err)
		}
		result.Sent += len(sent)
		result.Unsent = append(result.Unsent, unsent...)
		result.Left -= len(batch)
		err := s.remember(sent)
		if s.Sent != nil {
			s.Sent(sent)
		}
		if err != nil {
			return result, err
		}
		ids = ids[len(batch):]
	}
	return result, nil
}

// sendBatch sends one batch and returns what was confirmed and what wasn't.
func (s *Sender) sendBatch(ctx context.Context, ids []org.ID) (sent []Message, unsent []Unsent) {
	outgoing := make([]queue.Content, len(ids))
	for i, id := range ids {
		outgoing[i].Body, outgoing[i].GroupID = Body(id, s.CorrelationID), s.Group
	}
	finishing, cancel := retry.Outlast(ctx, grace)
	defer cancel()
	for i, answer := range s.Queue.Send(finishing, outgoing) {
		if answer.Err != nil {
			unsent = append(unsent, Unsent{ids[i], answer.Err})
		} else {
			sent = append(sent, Message{ids[i], answer.MessageID})
		}
	}
	return sent, unsent
}

// describe names a batch.
func describe(ids []org.ID) string {
	if len(ids) == 1 {
		return "the message for " + string(ids[0])
	}
	return fmt.Sprintf("the %d messages for %s to %s", len(ids), ids[0], ids[len(ids)-1])
}

func (s *Sender) remember(sent []Message) error {
	if s.Journal == nil {
		return nil
	}
	keys := make([]string, len(sent))
	ids := make([]org.ID, len(sent))
	for i, m := range sent {
		keys[i], ids[i] = string(m.OrgID), m.OrgID
	}
	if err := s.Journal.Add(keys...); err != nil {
		return fmt.Errorf("remember that %s went out (the next run would send again): %w", describe(ids), err)
	}
	return nil
}
