package queue

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Send sends messages and tells for each, in their order, what became of it.
// They go in as few batches as SQS's limits allow. A message that SQS couldn't
// take by no fault of ours is tried again; one whose batch got no answer isn't,
// since it may be in the queue already.
func (q *Queue) Send(ctx context.Context, messages []Outgoing) []Sent {
	sent := make([]Sent, len(messages))
	size := func(i int) int { return messages[i].Size() }
	errs := q.inBatches(ctx, sending, len(messages), size, func(ctx context.Context, part []int) (answered, error) {
		in := &sqs.SendMessageBatchInput{QueueUrl: &q.url}
		for p, i := range part {
			in.Entries = append(in.Entries, messages[i].entry(strconv.Itoa(p)))
		}
		out, err := q.api.SendMessageBatch(ctx, in)
		if err != nil {
			return answered{}, err
		}
		got := answered{failed: out.Failed}
		for _, s := range out.Successful {
			if i, ok := position(s.Id, part); ok && aws.ToString(s.MessageId) != "" {
				sent[i].MessageID = *s.MessageId
				got.done = append(got.done, *s.Id)
			}
		}
		return got, nil
	})
	for i, err := range errs {
		sent[i].Err = err
	}
	return sent
}
