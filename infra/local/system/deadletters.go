package system

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
)

// DeadLetter is a message that came to the dead-letter queue.
type DeadLetter struct {
	MessageID string
	Body      string
	// Sent is when the message was first sent, At when it was seen here, at most
	// watchEvery after it came.
	Sent, At time.Time
}

const (
	// watchEvery is how often the dead letters are counted. They are counted only,
	// since receiving a message would hide it from the operator.
	watchEvery = 100 * time.Millisecond
	// heldFor is how long a look hides a message that it fails to make visible again.
	heldFor = 20 * time.Second
)

// deadLetters watches the dead-letter queue and leaves everything in it.
type deadLetters struct {
	server *fauxqs.Server
	url    string
	seen   *journal[DeadLetter]

	mu    sync.Mutex // one look at a time
	count int        // after the last look
}

func newDeadLetters(server *fauxqs.Server, url string) *deadLetters {
	return &deadLetters{server: server, url: url, seen: newJournal[DeadLetter]()}
}

// watch enters every new dead letter into the journal, until ctx ends.
func (d *deadLetters) watch(ctx context.Context, trouble func(error)) {
	for ; ctx.Err() == nil; pause(ctx, watchEvery) {
		if err := d.check(ctx); err != nil && ctx.Err() == nil {
			trouble(err)
			pause(ctx, time.Second)
		}
	}
}

// Undisturbed runs f while nothing here looks into the dead-letter queue, which
// would hide messages from who else looks.
func (s *System) Undisturbed(f func()) {
	s.dead.mu.Lock()
	defer s.dead.mu.Unlock()
	f()
}

// check looks into the queue if its number of messages is another one than before.
func (d *deadLetters) check(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	depth, err := d.server.Depth(ctx, d.url)
	if err != nil || depth.Ready+depth.InFlight == d.count {
		return err
	}
	messages, err := d.receiveAll(ctx)
	if err != nil {
		return err
	}
	d.count = depth.Ready + depth.InFlight
	return d.giveBack(messages)
}

// receiveAll receives everything that is visible and enters what is new.
func (d *deadLetters) receiveAll(ctx context.Context) (all []types.Message, err error) {
	for {
		out, err := d.server.SQS().ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &d.url, MaxNumberOfMessages: 10, VisibilityTimeout: int32(heldFor / time.Second),
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		if err != nil {
			return nil, fmt.Errorf("look into the dead-letter queue: %w", err)
		}
		if len(out.Messages) == 0 {
			return all, nil
		}
		for _, m := range out.Messages {
			d.enter(m)
		}
		all = append(all, out.Messages...)
	}
}

func (d *deadLetters) enter(m types.Message) {
	known, _ := d.seen.entries()
	if slices.ContainsFunc(known, func(k DeadLetter) bool { return k.MessageID == *m.MessageId }) {
		return
	}
	letter := DeadLetter{MessageID: *m.MessageId, Body: aws.ToString(m.Body), At: time.Now()}
	if ms, err := strconv.ParseInt(m.Attributes["SentTimestamp"], 10, 64); err == nil {
		letter.Sent = time.UnixMilli(ms)
	}
	d.seen.add(letter)
}

// giveBack makes messages visible again, even if the look was cut off.
func (d *deadLetters) giveBack(messages []types.Message) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, m := range messages {
		_, err := d.server.SQS().ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: &d.url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 0})
		if err != nil {
			return fmt.Errorf("give dead letter %s back: %w", *m.MessageId, err)
		}
	}
	return nil
}
