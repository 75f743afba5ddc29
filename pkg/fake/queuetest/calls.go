package queuetest

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

var _ queue.API = (*Fake)(nil)

// ReceiveMessage receives, waiting as long as it's asked to, or for LongestPoll.
func (f *Fake) ReceiveMessage(ctx context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	out := &sqs.ReceiveMessageOutput{}
	err := f.call(ctx, Call{"ReceiveMessage", int(in.MaxNumberOfMessages)}, in.QueueUrl, func(Fault) error {
		poll := time.Duration(in.WaitTimeSeconds) * time.Second
		if f.LongestPoll > 0 {
			poll = min(poll, f.LongestPoll)
		}
		until := time.Now().Add(poll)
		if f.blind() {
			waitFor(ctx, until, until, nil)
			return nil
		}
		for {
			got, next, changed := f.take(int(in.MaxNumberOfMessages), time.Duration(in.VisibilityTimeout)*time.Second)
			if len(got) > 0 || !time.Now().Before(until) {
				out.Messages = got
				return nil
			}
			if !waitFor(ctx, until, next, changed) {
				return ended(ctx)
			}
		}
	})
	return out, err
}

// SendMessageBatch takes messages into the queue.
func (f *Fake) SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	out, ids, size := &sqs.SendMessageBatchOutput{}, []*string{}, 0
	for _, e := range in.Entries {
		ids, size = append(ids, e.Id), size+contentOf(e).Size()
	}
	err := f.batch(ctx, "SendMessageBatch", in.QueueUrl, ids, size, &out.Failed, func(i int) *types.BatchResultErrorEntry {
		e := in.Entries[i]
		if contentOf(e).Size() > queue.SizeLimit {
			return refuse("InvalidParameterValue", "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.")
		}
		id := f.put(contentOf(e), time.Now().Truncate(time.Millisecond), 0)
		out.Successful = append(out.Successful, types.SendMessageBatchResultEntry{Id: e.Id, MessageId: aws.String(id)})
		return nil
	})
	return out, err
}

func contentOf(e types.SendMessageBatchRequestEntry) queue.Content {
	return queue.Content{
		Body: aws.ToString(e.MessageBody), Attributes: e.MessageAttributes,
		TraceHeader: aws.ToString(e.MessageSystemAttributes["AWSTraceHeader"].StringValue), GroupID: aws.ToString(e.MessageGroupId),
	}
}

// DeleteMessageBatch deletes held messages. An expired handle deletes nothing, and
// the answer doesn't say so: SQS promises no more.
func (f *Fake) DeleteMessageBatch(ctx context.Context, in *sqs.DeleteMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	out, ids := &sqs.DeleteMessageBatchOutput{}, []*string{}
	for _, e := range in.Entries {
		ids = append(ids, e.Id)
	}
	err := f.batch(ctx, "DeleteMessageBatch", in.QueueUrl, ids, 0, &out.Failed, func(i int) *types.BatchResultErrorEntry {
		e := in.Entries[i]
		if at := f.heldAt(*e.ReceiptHandle); at >= 0 {
			f.messages = append(f.messages[:at:at], f.messages[at+1:]...)
		}
		out.Successful = append(out.Successful, types.DeleteMessageBatchResultEntry{Id: e.Id})
		return nil
	})
	return out, err
}

// ChangeMessageVisibilityBatch holds messages longer, or releases them.
func (f *Fake) ChangeMessageVisibilityBatch(ctx context.Context, in *sqs.ChangeMessageVisibilityBatchInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	out, ids := &sqs.ChangeMessageVisibilityBatchOutput{}, []*string{}
	for _, e := range in.Entries {
		ids = append(ids, e.Id)
	}
	err := f.batch(ctx, "ChangeMessageVisibilityBatch", in.QueueUrl, ids, 0, &out.Failed, func(i int) *types.BatchResultErrorEntry {
		e := in.Entries[i]
		at := f.heldAt(*e.ReceiptHandle)
		if at < 0 {
			return refuse("InvalidParameterValue", "Value for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.")
		}
		f.messages[at].visibleAt = time.Now().Add(time.Duration(e.VisibilityTimeout) * time.Second)
		f.wake()
		out.Successful = append(out.Successful, types.ChangeMessageVisibilityBatchResultEntry{Id: e.Id})
		return nil
	})
	return out, err
}

// heldAt finds the message that is held by a handle.
func (f *Fake) heldAt(handle string) int {
	for i, m := range f.messages {
		if m.handle == handle && m.visibleAt.After(time.Now()) {
			return i
		}
	}
	return -1
}

// GetQueueAttributes counts.
func (f *Fake) GetQueueAttributes(ctx context.Context, in *sqs.GetQueueAttributesInput, _ ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	out := &sqs.GetQueueAttributesOutput{}
	err := f.call(ctx, Call{"GetQueueAttributes", 0}, in.QueueUrl, func(Fault) error {
		all, held := f.All(), 0
		for _, m := range all {
			if m.Held {
				held++
			}
		}
		out.Attributes = map[string]string{
			"ApproximateNumberOfMessages": strconv.Itoa(len(all) - held), "ApproximateNumberOfMessagesNotVisible": strconv.Itoa(held), "ApproximateNumberOfMessagesDelayed": "0",
		}
		if f.Redrive != "" {
			out.Attributes["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":5}`, f.Redrive)
		}
		return nil
	})
	return out, err
}

// batch does a batch's entries one by one, except those that have to fail. Together
// the entries have size bytes.
func (f *Fake) batch(ctx context.Context, operation string, url *string, ids []*string, size int, failed *[]types.BatchResultErrorEntry, do func(i int) *types.BatchResultErrorEntry) error {
	return f.call(ctx, Call{operation, len(ids)}, url, func(fault Fault) error {
		switch {
		case len(ids) == 0 || len(ids) > queue.BatchLimit:
			return apiError(400, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", fmt.Sprintf("%d entries", len(ids)))
		case len(ids) > 1 && size > queue.SizeLimit:
			return apiError(400, "AWS.SimpleQueueService.BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes.")
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		seen := map[string]bool{}
		for i, id := range ids {
			if seen[*id] {
				return apiError(400, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", *id)
			}
			seen[*id] = true
			refused := fault.entry(i)
			if refused == nil {
				refused = do(i)
			}
			if refused != nil {
				refused.Id = id
				*failed = append(*failed, *refused)
			}
		}
		return nil
	})
}
