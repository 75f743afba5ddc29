package eventsource

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Queue is the part of SQS that an event source uses. Its calls are concurrent; *sqs.Client has it and retries by itself.
type Queue interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
}

// Options stand for the settings of an event source mapping.
type Options struct {
	SQS                Queue
	QueueURL           string
	QueueARN           string // goes into the events
	Region             string // goes into the events
	BatchSize          int    // messages in one event at most, 1 to 10, by default 10
	MaximumConcurrency int    // events under way at most; Lambda's least, 2, is the default

	// Invoke hands an event to the function and returns its answer; any error means that the whole batch failed.
	// It may be called MaximumConcurrency times at once.
	Invoke func(ctx context.Context, event []byte) (answer []byte, err error)
	// OnBatch learns what became of each batch, and OnPollError of each poll that failed (it is repeated with a
	// growing pause). Both may be nil and may be called at the same time from several goroutines.
	OnBatch     func(BatchReport)
	OnPollError func(error)
}

// BatchReport says what became of one batch.
type BatchReport struct {
	MessageIDs []string // all messages, in the order of the event
	Failed     []string // those that stay in the queue because of the function or its answer
	Undeleted  []string // those that the function has dealt with, but SQS didn't delete: they will be delivered again
	Err        error    // why the whole batch failed, or why messages were not deleted
}

// Poller moves messages from one queue into one function.
type Poller struct {
	opts Options
}

// New checks the options against Lambda's limits.
func New(o Options) (*Poller, error) {
	if o.BatchSize == 0 {
		o.BatchSize = 10
	}
	if o.MaximumConcurrency == 0 {
		o.MaximumConcurrency = 2
	}
	switch {
	case o.SQS == nil || o.Invoke == nil || o.QueueURL == "":
		return nil, errors.New("make an event source: queue, its URL and Invoke are required")
	case o.BatchSize < 1 || o.BatchSize > 10:
		return nil, fmt.Errorf("make an event source: batch size %d is not within 1 to 10", o.BatchSize)
	case o.MaximumConcurrency < 2:
		return nil, fmt.Errorf("make an event source: Lambda's maximum concurrency is at least 2, not %d", o.MaximumConcurrency)
	}
	return &Poller{opts: o}, nil
}

// Run polls until the context ends and what it has received is dealt with: a message that was received is not dropped
// unhandled. To end sooner, make Invoke return. It may be called again afterwards.
func (p *Poller) Run(ctx context.Context) {
	var workers sync.WaitGroup
	// Each worker polls only when it can handle what it gets, so no message waits here while its visibility runs out.
	for range p.opts.MaximumConcurrency {
		workers.Go(func() { p.work(ctx) })
	}
	workers.Wait()
}

func (p *Poller) work(ctx context.Context) {
	pause := minPause
	for ctx.Err() == nil {
		messages, err := p.receive(ctx)
		if err == nil {
			pause = minPause
			p.handle(context.WithoutCancel(ctx), messages)
			continue
		}
		if ctx.Err() == nil && p.opts.OnPollError != nil {
			p.opts.OnPollError(err)
		}
		sleep(ctx, pause)
		pause = min(2*pause, maxPause)
	}
}

// pollWait is how long one poll waits for messages, and so how long stopping may take.
const pollWait = time.Second

// minPause and maxPause bound the time between attempts after failures.
const (
	minPause = 100 * time.Millisecond
	maxPause = 5 * time.Second
)

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// receive polls once. A poll outlives the end of ctx by as long as it may wait: messages that the server has already
// sent on their way would otherwise be lost for the visibility timeout, with a receive used up.
func (p *Poller) receive(ctx context.Context) ([]types.Message, error) {
	poll, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		sleep(poll, pollWait+time.Second)
		cancel()
	})()
	out, err := p.opts.SQS.ReceiveMessage(poll, &sqs.ReceiveMessageInput{
		QueueUrl:                    aws.String(p.opts.QueueURL),
		MaxNumberOfMessages:         int32(p.opts.BatchSize),
		WaitTimeSeconds:             int32(pollWait / time.Second),
		MessageAttributeNames:       []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		return nil, fmt.Errorf("poll %s: %w", p.opts.QueueURL, err)
	}
	return out.Messages, nil
}
