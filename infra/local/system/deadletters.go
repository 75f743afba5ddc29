package system

import (
	"context"
	"errors"
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
	// since receiving a message would hide it from the operator. If there are new ones,
	// all are received, so the pause is at least as long as that took.
	watchEvery = 100 * time.Millisecond
	// heldFor is how long a look hides a message that it fails to make visible again.
	heldFor = 20 * time.Second
)

// deadLetters watches the dead-letter queue and leaves everything in it.
type deadLetters struct {
	server *fauxqs.Server
	url    string
	seen   *journal[DeadLetter]

	mu    sync.Mutex      // one look at a time
	count int             // after the last look
	known map[string]bool // ids of messages that were seen
}

func newDeadLetters(server *fauxqs.Server, url string) *deadLetters {
	return &deadLetters{server: server, url: url, seen: newJournal[DeadLetter](), known: map[string]bool{}}
}

// watch enters every new dead letter into the journal, until ctx ends.
func (d *deadLetters) watch(ctx context.Context, trouble func(error)) {
	for ctx.Err() == nil {
		began := time.Now()
		if err := d.check(ctx); err != nil && ctx.Err() == nil {
			trouble(err)
			pause(ctx, time.Second)
		}
		pause(ctx, max(watchEvery, time.Since(began)))
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
	if d.known[*m.MessageId] {
		return
	}
	d.known[*m.MessageId] = true
	letter := DeadLetter{MessageID: *m.MessageId, Body: aws.ToString(m.Body), At: time.Now()}
	if ms, err := strconv.ParseInt(m.Attributes["SentTimestamp"], 10, 64); err == nil {
		letter.Sent = time.UnixMilli(ms)
	}
	d.seen.add(letter)
}

// giveBack makes messages visible again, even if the look was cut off.
func (d *deadLetters) giveBack(messages []types.Message) error {
	ctx, cancel := context.WithTimeout(context.Background(), heldFor)
	defer cancel()
	for batch := range slices.Chunk(messages, 10) {
		in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &d.url}
		for i, m := range batch {
			in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle})
		}
		out, err := d.server.SQS().ChangeMessageVisibilityBatch(ctx, in)
		if err == nil && len(out.Failed) > 0 {
			err = errors.New(aws.ToString(out.Failed[0].Message))
		}
		if err != nil {
			return fmt.Errorf("give dead letters back: %w", err)
		}
	}
	return nil
}
