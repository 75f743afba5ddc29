package doctor

import (
	"context"
	"fmt"
	"time"

	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// longestRetention is SQS's. A message's age goes on counting when it becomes a
// dead letter
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html).
const longestRetention = 14 * 24 * time.Hour

func checkRetention(_ context.Context, v *visit) Result {
	queue, err := v.queue()
	if err != nil {
		return unknown(err)
	}
	deadLetters, err := v.deadLetters()
	if err != nil {
		return unknown(err)
	}
	source, kept := queue.seconds(sqstypes.QueueAttributeNameMessageRetentionPeriod), deadLetters.seconds(sqstypes.QueueAttributeNameMessageRetentionPeriod)
	switch {
	case kept <= source:
		return wrong(putBack, "dead letters are kept for %s and the queue's messages for %s: one that waited can vanish as it becomes a dead letter", days(kept), days(source))
	case kept < longestRetention:
		return wrong(putBack, "dead letters are kept for %s, not for %s", days(kept), days(longestRetention))
	}
	return ok("dead letters are kept for %s, the queue's messages for %s", days(kept), days(source))
}

// days shows a retention.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return fmt.Sprintf("%d days", d/day)
	}
	return d.String()
}

func checkDeadLetters(_ context.Context, v *visit) Result {
	deadLetters, err := v.deadLetters()
	if err != nil {
		return unknown(err)
	}
	ready := deadLetters.number(sqstypes.QueueAttributeNameApproximateNumberOfMessages)
	held := deadLetters.number(sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible)
	if ready+held > 0 {
		return notice("See what they are: orgbucket dead-letters list.", "%d dead letters wait for an operator, %d more are in flight", ready, held)
	}
	return ok("no dead letters")
}
