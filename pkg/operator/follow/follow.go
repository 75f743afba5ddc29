// Package follow waits for the outcomes of messages: what became of each, as the
// function publishes it to the outcome topic. It listens with a queue of its own
// that is made before anything is sent and removed afterwards, so that signup's
// own subscriptions aren't touched.
//
// An outcome is told by the id of its SQS message, so outcomes of other messages
// that pass by do no harm. The subscription has no filter policy, although few
// organizations could be filtered for: AWS gives such a policy up to 15 minutes
// to take effect
// (https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html),
// which is about as long as one follows, and the outcome of a message without a
// valid organization has no attribute to filter by.
//
// # What can be missed
//
// A new subscription may take a moment until everything that is published
// reaches it, and nothing may be published to try. So the queue's policy is part
// of its creation, SNS has to say that the subscription is confirmed, and some
// seconds more pass before [Start] returns; and the function needs about another
// for the first message. An outcome that is missed nevertheless shows as not in
// time: then ask what the bucket is like.
//
// # Permissions
//
// On the queues orgbucket-follow-* of the topic's account and Region:
// sqs:CreateQueue and sqs:TagQueue, sqs:ReceiveMessage, sqs:DeleteMessage,
// sqs:DeleteQueue. On the topic: sns:Subscribe, sns:Unsubscribe. Nice to have, and
// told if missing: sns:GetSubscriptionAttributes on the topic; sqs:GetQueueUrl on
// orgbucket-follow-*, if the answer to sqs:CreateQueue was lost; and, to remove what
// killed runs have left, sqs:ListQueues (on all queues), sqs:ListQueueTags and
// sqs:GetQueueAttributes on orgbucket-follow-*, sns:ListSubscriptionsByTopic on
// the topic.
package follow

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/outcome"
)

const (
	// DefaultTimeout is longer than the longest wait for an outcome, which is 17
	// minutes as deployed (docs/contracts.md).
	DefaultTimeout = 20 * time.Minute
	// Longest is how long one can follow, from Start on. The queue of a run that
	// is older than a day is taken for a leftover.
	Longest = 12 * time.Hour
)

// Message is a message whose outcome is waited for.
type Message struct {
	ID    string // SQS's
	OrgID org.ID // empty if it has no valid one
}

// Outcome is what became of a message.
type Outcome struct {
	Message
	Event outcome.Event
}

// Failed tells that the message is a dead letter now. Its Event.Error says why.
func (o Outcome) Failed() bool { return o.Event.Type == outcome.TypeFailed }

// Options say what to follow. SQS, SNS and TopicARN are required.
type Options struct {
	SQS SQS
	SNS SNS
	// TopicARN is the outcome topic's. The queue is made in its account and
	// Region, which must be the clients'.
	TopicARN string
	// OnOutcome is told of each expected outcome, once, also while messages are
	// still being sent.
	OnOutcome func(Outcome)
	// Notice is told, in a line, what the operator should know besides. Both are
	// called one at a time, and must not call the Follower.
	Notice func(string)
}

// Follower follows messages. Close it when done. Its methods may be called
// concurrently.
type Follower struct {
	options Options
	mailbox *mailbox
	inbox   *queue.Queue
	began   time.Time

	mu     sync.Mutex // also held while OnOutcome and Notice are called
	ledger *ledger
	over   chan struct{} // closed when Wait was called and nothing is expected any more

	stop    context.CancelFunc
	ended   chan struct{} // closed when nothing is read any more
	failure error         // why; nil if it was stopped. Read it after ended.

	closing  sync.Once
	closeErr error
}

// Start makes the queue, subscribes it and begins to listen. It returns when
// messages may be sent. With an error nothing is left behind, or the error says
// what and how to remove it.
func Start(ctx context.Context, o Options) (*Follower, error) {
	if o.OnOutcome == nil {
		o.OnOutcome = func(Outcome) {}
	}
	if o.Notice == nil {
		o.Notice = func(string) {}
	}
	m, err := newMailbox(o)
	if err != nil {
		return nil, err
	}
	if err := m.open(ctx); err != nil {
		return nil, joined(err, m.remove())
	}
	reading, stop := context.WithCancel(context.WithoutCancel(ctx))
	f := &Follower{
		options: o, mailbox: m, inbox: queue.New(o.SQS, m.queueURL), began: time.Now(),
		ledger: newLedger(), over: make(chan struct{}), stop: stop, ended: make(chan struct{}),
	}
	go func() {
		defer close(f.ended)
		f.failure = f.read(reading)
	}()
	return f, nil
}

// Expect adds messages that were sent. Call it as soon as SQS has confirmed
// them; an outcome that came up to two minutes earlier is found nevertheless.
func (f *Follower) Expect(messages ...Message) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range messages {
		if o, ok := f.ledger.expect(m); ok {
			f.options.OnOutcome(o)
		}
	}
}

// Summary is what came of the messages that were expected.
type Summary struct {
	Provisioned, Failed int
	// Missing had no outcome in time, in the order in which they were sent.
	Missing []Message
	// Unreadable is how many messages came that are no outcomes.
	Unreadable int
}

// Wait waits until all outcomes have come, at most for the timeout. Call it when
// everything has been sent and expected. The summary is right in any case; the
// error is that ctx ended, or why nothing could be read any more.
func (f *Follower) Wait(ctx context.Context, timeout time.Duration) (Summary, error) {
	f.mu.Lock()
	f.ledger.sealed = true
	f.noticeOver()
	f.mu.Unlock()
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	var err error
	select {
	case <-f.over:
	case <-timer.C:
	case <-f.ended:
		err = f.failure
	case <-ctx.Done():
		err = fmt.Errorf("wait for outcomes: %w", ctx.Err())
	}
	summary := f.Summary()
	if len(summary.Missing) == 0 {
		return summary, nil // whatever happened meanwhile
	}
	return summary, err
}

// Summary is what has come until now; what hasn't is missing.
func (f *Follower) Summary() Summary {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ledger.summary()
}

// Close stops listening and removes the subscription and the queue, within half
// a minute, whatever has become of the context. The error says what is left and
// how to remove it. Closing again does nothing.
func (f *Follower) Close() error {
	f.closing.Do(func() {
		f.stop()
		<-f.ended
		f.closeErr = f.mailbox.remove()
	})
	return f.closeErr
}

// noticeOver closes over when nothing more will come.
func (f *Follower) noticeOver() {
	if !f.ledger.done() {
		return
	}
	select {
	case <-f.over:
	default:
		close(f.over)
	}
}
