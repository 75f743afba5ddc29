package queue

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// The limits of SQS
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html).
const (
	// BatchLimit is how many messages one call can carry.
	BatchLimit = 10
	// SizeLimit is the most bytes of one message, and of all messages of a batch together.
	SizeLimit = 1 << 20
	// MaxWait is the longest that a receive waits for messages.
	MaxWait = 20 * time.Second
	// MaxHold is the longest that a message can be hidden, from its receive on.
	MaxHold = 12 * time.Hour
)

// Receive receives up to ten messages. It waits up to wait (whole seconds, at
// most MaxWait) if there are none: with a wait of at least a second all of SQS's
// servers are asked, without one only some, so that it may find none although
// there are. The messages are hidden from others for hold (rounded up to whole
// seconds, at least one).
//
// If ctx ends while an answer is on its way, the messages in it stay hidden for hold.
func (q *Queue) Receive(ctx context.Context, wait, hold time.Duration) ([]Message, error) {
	out, err := q.api.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: BatchLimit,
		WaitTimeSeconds: seconds(min(wait, MaxWait)), VisibilityTimeout: max(seconds(min(hold, MaxHold)), 1),
		MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{
			types.MessageSystemAttributeNameSentTimestamp, types.MessageSystemAttributeNameApproximateReceiveCount,
			types.MessageSystemAttributeNameAWSTraceHeader, types.MessageSystemAttributeNameMessageGroupId,
		},
	})
	if err != nil {
		return nil, q.classify(err, receiving)
	}
	messages := make([]Message, len(out.Messages))
	for i, m := range out.Messages {
		messages[i] = newMessage(m)
	}
	return messages, nil
}

// Depth is the approximate number of messages in a queue
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).
type Depth struct {
	Ready    int // can be received
	InFlight int // received, and hidden for now
	Delayed  int // sent with a delay, and hidden until it ends
	// DeadLetters is the ARN of the queue that its dead letters go to, empty if there is none.
	DeadLetters string
}

// Depth counts the messages without receiving any.
func (q *Queue) Depth(ctx context.Context) (Depth, error) {
	var d Depth
	counts := map[types.QueueAttributeName]*int{
		types.QueueAttributeNameApproximateNumberOfMessages:           &d.Ready,
		types.QueueAttributeNameApproximateNumberOfMessagesNotVisible: &d.InFlight,
		types.QueueAttributeNameApproximateNumberOfMessagesDelayed:    &d.Delayed,
	}
	in := &sqs.GetQueueAttributesInput{QueueUrl: &q.url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameRedrivePolicy}}
	for name := range counts {
		in.AttributeNames = append(in.AttributeNames, name)
	}
	out, err := q.api.GetQueueAttributes(ctx, in)
	if err != nil {
		return Depth{}, q.classify(err, counting)
	}
	for name, count := range counts {
		if *count, err = strconv.Atoi(out.Attributes[string(name)]); err != nil {
			return Depth{}, q.failf(counting, "SQS's %s is no number: %s", name, safetext.Line(out.Attributes[string(name)], 50))
		}
	}
	if text := out.Attributes[string(types.QueueAttributeNameRedrivePolicy)]; text != "" {
		var redrive struct{ DeadLetterTargetARN string }
		if err := json.Unmarshal([]byte(text), &redrive); err != nil {
			return Depth{}, q.failf(counting, "SQS's redrive policy can't be read: %w", err)
		}
		d.DeadLetters = redrive.DeadLetterTargetARN
	}
	return d, nil
}

// seconds rounds up to what SQS counts in.
func seconds(d time.Duration) int32 {
	return int32((d + time.Second - 1) / time.Second)
}
