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

// ReceiveMessage receives, waiting as long as it's asked to.
func (f *Fake) ReceiveMessage(ctx context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	return call(ctx, f, "ReceiveMessage", in.QueueUrl, int(in.MaxNumberOfMessages), func(Fault) (*sqs.ReceiveMessageOutput, error) {
		until := time.Now().Add(time.Duration(in.WaitTimeSeconds) * time.Second)
		if f.blind() {
			waitFor(ctx, until, until, nil)
			return &sqs.ReceiveMessageOutput{}, nil
		}
		for {
			got, next, changed := f.take(int(in.MaxNumberOfMessages), time.Duration(in.VisibilityTimeout)*time.Second)
			if len(got) > 0 || !time.Now().Before(until) {
				return &sqs.ReceiveMessageOutput{Messages: got}, nil
			}
			if !waitFor(ctx, until, next, changed) {
				return nil, ended(ctx)
			}
		}
	})
}

// SendMessageBatch takes messages into the queue.
func (f *Fake) SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	return call(ctx, f, "SendMessageBatch", in.QueueUrl, len(in.Entries), func(fault Fault) (*sqs.SendMessageBatchOutput, error) {
		if err := f.tooLong(in.Entries); err != nil {
			return nil, err
		}
		out := &sqs.SendMessageBatchOutput{}
		err := f.entries(len(in.Entries), func(i int) *string { return in.Entries[i].Id }, fault, &out.Failed, func(i int) *types.BatchResultErrorEntry {
			content := contentOf(in.Entries[i])
			if content.Size() > queue.SizeLimit {
				return refuse("InvalidParameterValue", "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.")
			}
			id := f.put(content, time.Now().Truncate(time.Millisecond), 0)
			out.Successful = append(out.Successful, types.SendMessageBatchResultEntry{Id: in.Entries[i].Id, MessageId: aws.String(id)})
			return nil
		})
		return out, err
	})
}

// tooLong refuses a batch whose messages together are too large, unless it is one alone.
func (f *Fake) tooLong(entries []types.SendMessageBatchRequestEntry) error {
	size := 0
	for _, e := range entries {
		size += contentOf(e).Size()
	}
	if len(entries) > 1 && size > queue.SizeLimit {
		return apiError("SendMessageBatch", 400, "AWS.SimpleQueueService.BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes.")
	}
	return nil
}

func contentOf(e types.SendMessageBatchRequestEntry) queue.Content {
	return queue.Content{
		Body: aws.ToString(e.MessageBody), Attributes: e.MessageAttributes,
		TraceHeader: aws.ToString(e.MessageSystemAttributes["AWSTraceHeader"].StringValue), GroupID: aws.ToString(e.MessageGroupId),
	}
}

// DeleteMessageBatch deletes held messages. A handle that has run out deletes
// nothing, and nobody is told: SQS promises no more.
func (f *Fake) DeleteMessageBatch(ctx context.Context, in *sqs.DeleteMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	return call(ctx, f, "DeleteMessageBatch", in.QueueUrl, len(in.Entries), func(fault Fault) (*sqs.DeleteMessageBatchOutput, error) {
		out := &sqs.DeleteMessageBatchOutput{}
		err := f.entries(len(in.Entries), func(i int) *string { return in.Entries[i].Id }, fault, &out.Failed, func(i int) *types.BatchResultErrorEntry {
			if at := f.heldAt(*in.Entries[i].ReceiptHandle); at >= 0 {
				f.messages = append(f.messages[:at:at], f.messages[at+1:]...)
			}
			out.Successful = append(out.Successful, types.DeleteMessageBatchResultEntry{Id: in.Entries[i].Id})
			return nil
		})
		return out, err
	})
}

// ChangeMessageVisibilityBatch holds messages longer, or lets go of them.
func (f *Fake) ChangeMessageVisibilityBatch(ctx context.Context, in *sqs.ChangeMessageVisibilityBatchInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	return call(ctx, f, "ChangeMessageVisibilityBatch", in.QueueUrl, len(in.Entries), func(fault Fault) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
		out := &sqs.ChangeMessageVisibilityBatchOutput{}
		err := f.entries(len(in.Entries), func(i int) *string { return in.Entries[i].Id }, fault, &out.Failed, func(i int) *types.BatchResultErrorEntry {
			at := f.heldAt(*in.Entries[i].ReceiptHandle)
			if at < 0 {
				return refuse("InvalidParameterValue", "Value for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.")
			}
			f.messages[at].visibleAt = time.Now().Add(time.Duration(in.Entries[i].VisibilityTimeout) * time.Second)
			f.wake()
			out.Successful = append(out.Successful, types.ChangeMessageVisibilityBatchResultEntry{Id: in.Entries[i].Id})
			return nil
		})
		return out, err
	})
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
	return call(ctx, f, "GetQueueAttributes", in.QueueUrl, 0, func(Fault) (*sqs.GetQueueAttributesOutput, error) {
		ready, held := 0, 0
		for _, m := range f.All() {
			if m.Held {
				held++
			} else {
				ready++
			}
		}
		return &sqs.GetQueueAttributesOutput{Attributes: map[string]string{
			"ApproximateNumberOfMessages": strconv.Itoa(ready), "ApproximateNumberOfMessagesNotVisible": strconv.Itoa(held), "ApproximateNumberOfMessagesDelayed": "0",
		}}, nil
	})
}

// entries does a batch's entries one by one, but for those that shall fail.
func (f *Fake) entries(n int, id func(i int) *string, fault Fault, failed *[]types.BatchResultErrorEntry, do func(i int) *types.BatchResultErrorEntry) error {
	if n == 0 || n > queue.BatchLimit {
		return apiError("Batch", 400, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", fmt.Sprintf("%d entries", n))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := map[string]bool{}
	for i := range n {
		if seen[*id(i)] {
			return apiError("Batch", 400, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", *id(i))
		}
		seen[*id(i)] = true
		refused := fault.entry(i)
		if refused == nil {
			refused = do(i)
		}
		if refused != nil {
			refused.Id = id(i)
			*failed = append(*failed, *refused)
		}
	}
	return nil
}
