// Package sqsbatch handles the Lambda events of an SQS queue: it passes every
// message of a batch to a handler, reports which ones failed, and sets when SQS
// delivers those again.
package sqsbatch

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// answerReserve is the part of the invocation's time that is reserved for the
// answer. If the answer is late, Lambda counts the whole batch as failed.
const answerReserve = 500 * time.Millisecond

// Queue is the part of the SQS client that a Batch uses.
type Queue interface {
	ChangeMessageVisibility(context.Context, *sqs.ChangeMessageVisibilityInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error)
}

// Handler handles one delivery. It is called concurrently and must not panic;
// if it does, only that delivery fails.
type Handler interface {
	Handle(context.Context, provision.Delivery) provision.Report
}

// Options describe the queue of a Batch.
type Options struct {
	QueueURL string
	// MaxReceiveCount is that of the queue's redrive policy: SQS moves a message
	// that failed this often to the dead-letter queue.
	MaxReceiveCount int
	Redelivery      Redelivery
}

// Batch handles batches of messages.
type Batch struct {
	handler Handler
	queue   Queue
	log     *slog.Logger
	options Options
}

// New returns a Batch that passes messages to handler.
func New(handler Handler, queue Queue, log *slog.Logger, options Options) *Batch {
	return &Batch{handler, queue, log, options}
}

// delivery is one record of the batch and what was parsed from it.
type delivery struct {
	record events.SQSMessage
	provision.Delivery
}

// Handle handles the records of a batch concurrently, except that those of one
// organization are handled one after the other. The answer names the records that failed.
// There is no error, which would fail the whole batch
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
func (b *Batch) Handle(ctx context.Context, event events.SQSEvent) events.SQSEventResponse {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerReserve))
		defer cancel()
	}
	failed := make([]bool, len(event.Records))
	var wg sync.WaitGroup
	turns := turns{of: map[org.ID]chan struct{}{}}
	for _, i := range shortestFirst(event.Records) {
		d := b.read(event.Records[i])
		wg.Go(func() { failed[i] = !b.inTurn(ctx, &turns, d) })
	}
	wg.Wait()
	answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for i, record := range event.Records {
		if failed[i] {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		}
	}
	return answer
}

// shortestFirst returns the records' positions in the order of their bodies' length.
// Bodies are parsed one after the other, and a long and deeply nested one must not
// delay the others.
func shortestFirst(records []events.SQSMessage) []int {
	order := make([]int, len(records))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(records[a].Body), len(records[b].Body)) })
	return order
}

// inTurn waits until no other record of the organization is being handled, and
// handles this one. If too little time is left then, the next one needn't wait: both
// are handed back without being begun.
func (b *Batch) inTurn(ctx context.Context, turns *turns, d delivery) (done bool) {
	if id := d.Event.OrgID; id != "" {
		turn := turns.next(id)
		turn <- struct{}{}
		end := sync.OnceFunc(func() { <-turn })
		defer end()
		if !provision.EnoughTime(ctx) {
			end()
		}
	}
	return b.safely(ctx, d)
}

// turns makes the records of one organization take turns.
type turns struct {
	mu sync.Mutex
	of map[org.ID]chan struct{}
}

// next returns an organization's channel, which is full while a record is handled.
func (t *turns) next(id org.ID) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of[id] == nil {
		t.of[id] = make(chan struct{}, 1)
	}
	return t.of[id]
}

// read parses a record. If that fails, the delivery carries the error in Refused.
func (b *Batch) read(record events.SQSMessage) delivery {
	d := delivery{record: record}
	d.Event, d.Refused = parse(record.Body)
	n, _ := strconv.Atoi(record.Attributes["ApproximateReceiveCount"])
	n = max(n, 1)
	d.Last = n >= b.options.MaxReceiveCount
	d.Source = provision.Source{MessageID: record.MessageId, ReceiveCount: n, CorrelationID: d.Event.CorrelationID, Context: d.Event.Context}
	return d
}

func parse(body string) (event org.OrganizationCreated, err error) {
	defer fault.Catch(&err)
	return org.Parse([]byte(body))
}
