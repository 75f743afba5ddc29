package sqsbatch

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// safely handles one record and reports whether it can be deleted. A panic is
// recovered and fails that record only.
func (b *Batch) safely(ctx context.Context, d delivery) (done bool) {
	var err error
	defer func() {
		if err != nil {
			b.log.ErrorContext(ctx, "record couldn't be handed back", slog.String("messageId", d.Source.MessageID), slog.String("error", err.Error()))
		}
	}()
	defer fault.Catch(&err)
	return b.handle(ctx, d)
}

// handle handles one record and reports whether it can be deleted.
func (b *Batch) handle(ctx context.Context, d delivery) (done bool) {
	began := time.Now()
	report := b.report(ctx, d)
	var visible string
	if report.Failure != nil {
		visible = b.handBack(ctx, d, report)
	}
	b.logRecord(ctx, d, report, visible, time.Since(began))
	return report.Failure == nil
}

// report calls the handler and turns a panic into the record's failure.
func (b *Batch) report(ctx context.Context, d delivery) (report provision.Report) {
	var err error
	defer func() {
		if err != nil {
			report = provision.Report{Failure: fault.Of(fault.At(fault.StepHandle, err))}
		}
	}()
	defer fault.Catch(&err)
	return b.handler.Handle(ctx, d.Delivery)
}

// handBack sets when SQS delivers the message again, and describes that for the log.
// If that fails, the queue's visibility timeout applies: nothing is lost.
func (b *Batch) handBack(ctx context.Context, d delivery, report provision.Report) string {
	var delay time.Duration
	switch {
	case report.Announced:
		// A failed outcome was published: the message must be in the dead-letter queue now.
	case report.Untouched, d.Last:
		return "unchanged"
	default:
		delay = b.options.Redelivery.delay(report.Failure.Kind(), d.Source.ReceiveCount)
	}
	after := seconds(delay)
	_, err := b.queue.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl:          &b.options.QueueURL,
		ReceiptHandle:     &d.record.ReceiptHandle,
		VisibilityTimeout: after,
	})
	if err != nil {
		return "unchanged: " + err.Error()
	}
	return "after " + (time.Duration(after) * time.Second).String()
}
