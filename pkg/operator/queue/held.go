package queue

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Delete deletes received messages for good. The result has an error or nil for
// each handle. A message that was received again since may stay although SQS
// says that it's deleted: only the last receive's handle is sure to work
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html).
func (q *Queue) Delete(ctx context.Context, handles []string) []error {
	return q.inBatches(ctx, deleting, len(handles), noBytes, func(ctx context.Context, part []int) (done []*string, failed []types.BatchResultErrorEntry, err error) {
		in := &sqs.DeleteMessageBatchInput{QueueUrl: &q.url}
		for p, i := range part {
			in.Entries = append(in.Entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(p)), ReceiptHandle: &handles[i]})
		}
		out, err := q.api.DeleteMessageBatch(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range out.Successful {
			done = append(done, d.Id)
		}
		return done, out.Failed, nil
	})
}

// Release makes received messages visible again at once. The result has an error
// or nil for each handle; a message that isn't held any more needs no release.
func (q *Queue) Release(ctx context.Context, handles []string) []error {
	errs := q.changeVisibility(ctx, releasing, handles, 0)
	for i, err := range errs {
		if errors.Is(err, ErrNotHeld) {
			errs[i] = nil
		}
	}
	return errs
}

// Hold hides received messages for so long from now on, rounded up to whole
// seconds. The result has an error or nil for each handle; that of a message
// whose hold has run out is ErrNotHeld.
func (q *Queue) Hold(ctx context.Context, handles []string, hold time.Duration) []error {
	return q.changeVisibility(ctx, holding, handles, seconds(min(hold, MaxHold)))
}

func (q *Queue) changeVisibility(ctx context.Context, doing operation, handles []string, timeout int32) []error {
	return q.inBatches(ctx, doing, len(handles), noBytes, func(ctx context.Context, part []int) (done []*string, failed []types.BatchResultErrorEntry, err error) {
		in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &q.url}
		for p, i := range part {
			in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{
				Id: aws.String(strconv.Itoa(p)), ReceiptHandle: &handles[i], VisibilityTimeout: timeout,
			})
		}
		out, err := q.api.ChangeMessageVisibilityBatch(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range out.Successful {
			done = append(done, c.Id)
		}
		return done, out.Failed, nil
	})
}

// noBytes is the size of entries that have only handles: ten of them are far from any limit.
func noBytes(int) int { return 0 }
