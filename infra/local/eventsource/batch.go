package eventsource

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// deleteAttempts is how often a refused delete is tried; after that the message comes back, which a function must bear.
const deleteAttempts = 5

// handle brings received messages to the function. The context doesn't end.
func (p *Poller) handle(ctx context.Context, messages []types.Message) {
	all, err := p.batches(messages)
	if err != nil {
		p.report(BatchReport{MessageIDs: idsOf(messages), Failed: idsOf(messages), Err: err})
		return
	}
	for _, b := range all {
		p.report(p.invoke(ctx, b))
	}
}

func (p *Poller) report(r BatchReport) {
	if p.opts.OnBatch != nil {
		p.opts.OnBatch(r)
	}
}

// invoke runs the function on one batch and deletes what it has dealt with.
func (p *Poller) invoke(ctx context.Context, b batch) BatchReport {
	ids := idsOf(b.messages)
	report := BatchReport{MessageIDs: ids}
	failed, err := p.ask(ctx, b, ids)
	if err != nil {
		report.Failed, report.Err = ids, err
		return report
	}
	var done []types.Message
	for i, m := range b.messages {
		if failed[ids[i]] {
			report.Failed = append(report.Failed, ids[i])
		} else {
			done = append(done, m)
		}
	}
	var left []types.Message
	left, report.Err = p.remove(ctx, done)
	report.Undeleted = idsOf(left)
	return report
}

// ask invokes the function and reads its answer.
func (p *Poller) ask(ctx context.Context, b batch, ids []string) (map[string]bool, error) {
	answer, err := p.opts.Invoke(ctx, b.event())
	if err != nil {
		return nil, fmt.Errorf("invoke the function with a batch of %d messages: %w", len(ids), err)
	}
	return failures(answer, ids)
}

// remove deletes messages, trying again those that SQS refuses, and returns those that are left with the last reason.
func (p *Poller) remove(ctx context.Context, messages []types.Message) (left []types.Message, err error) {
	for attempt := range deleteAttempts {
		if len(messages) == 0 {
			return nil, nil
		}
		if attempt > 0 {
			sleep(ctx, minPause<<attempt)
		}
		messages, err = p.removeOnce(ctx, messages)
	}
	return messages, err
}

func (p *Poller) removeOnce(ctx context.Context, messages []types.Message) (left []types.Message, err error) {
	in := &sqs.DeleteMessageBatchInput{QueueUrl: aws.String(p.opts.QueueURL)}
	for i, m := range messages {
		in.Entries = append(in.Entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle})
	}
	out, err := p.opts.SQS.DeleteMessageBatch(ctx, in)
	if err != nil {
		return messages, fmt.Errorf("delete %d messages from %s: %w", len(messages), p.opts.QueueURL, err)
	}
	// What isn't named as deleted isn't deleted.
	deleted := map[string]bool{}
	for _, entry := range out.Successful {
		deleted[aws.ToString(entry.Id)] = true
	}
	for i, m := range messages {
		if !deleted[strconv.Itoa(i)] {
			left = append(left, m)
		}
	}
	return left, refusal(out.Failed)
}

// refusal returns the first of SQS's reasons; the others are rarely different.
func refusal(failed []types.BatchResultErrorEntry) error {
	if len(failed) == 0 {
		return nil
	}
	return fmt.Errorf("delete a message: SQS refused with %s: %s", aws.ToString(failed[0].Code), aws.ToString(failed[0].Message))
}

func idsOf(messages []types.Message) []string {
	var ids []string
	for _, m := range messages {
		ids = append(ids, aws.ToString(m.MessageId))
	}
	return ids
}
