package queue

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Send sends messages, in as few batches as SQS's limits allow. The result has what
// became of each message. A message that failed by no fault of ours is sent again;
// one whose batch got no answer isn't, since it may be in the queue already.
func (q *Queue) Send(ctx context.Context, messages []Content) []Sent {
	sent := make([]Sent, len(messages))
	size := func(i int) int { return messages[i].Size() }
	errs := q.inBatches(ctx, sending, len(messages), size, func(ctx context.Context, part []int) (done []*string, failed []types.BatchResultErrorEntry, err error) {
		in := &sqs.SendMessageBatchInput{QueueUrl: &q.url}
		for p, i := range part {
			in.Entries = append(in.Entries, messages[i].entry(strconv.Itoa(p)))
		}
		out, err := q.api.SendMessageBatch(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		for _, s := range out.Successful {
			if i, ok := position(s.Id, part); ok && aws.ToString(s.MessageId) != "" {
				sent[i].MessageID = *s.MessageId
				done = append(done, s.Id)
			}
		}
		return done, out.Failed, nil
	})
	for i, err := range errs {
		sent[i].Err = err
	}
	return sent
}
