package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
)

func (a attributes) text(name sqstypes.QueueAttributeName) string { return a.of[string(name)] }

// number returns an attribute; 0 if it isn't there or not a number.
func (a attributes) number(name sqstypes.QueueAttributeName) int {
	n, _ := strconv.Atoi(a.text(name))
	return n
}

func (a attributes) seconds(name sqstypes.QueueAttributeName) time.Duration {
	return time.Duration(a.number(name)) * time.Second
}

func checkQueue(_ context.Context, f *facts) Result {
	if f.swapped {
		return f.queuesAreSwapped()
	}
	if err := f.err[theQueue]; err != nil {
		return unknown(err)
	}
	arn := f.queue.text(sqstypes.QueueAttributeNameQueueArn)
	if expected := f.stage.QueueARN; expected != "" && arn != expected {
		return wrong(putBack, "the queue is %s, the stage says %s", show(arn), show(expected))
	}
	return ok("%s is there: %d waiting, %d in flight, %d delayed", show(lastPart(arn, ":")),
		f.queue.number(sqstypes.QueueAttributeNameApproximateNumberOfMessages),
		f.queue.number(sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible),
		f.queue.number(sqstypes.QueueAttributeNameApproximateNumberOfMessagesDelayed))
}

// seeSwapped notices a dead-letter queue that is given as the live one and the other way
// round, by the redrive policy of what is the live one. Nothing else can be told of queues then.
func (f *facts) seeSwapped() {
	if f.err[theQueue] != nil || f.err[theDeadLetters] != nil {
		return
	}
	target, _, _ := f.deadLetters.redrivePolicy()
	if f.swapped = target != "" && target == f.queue.text(sqstypes.QueueAttributeNameQueueArn); f.swapped {
		f.err[theQueue] = missing("queues that aren't swapped")
		f.err[theDeadLetters] = f.err[theQueue]
	}
}

func (f *facts) queuesAreSwapped() Result {
	advice := "Exchange QUEUE_URL and DEAD_LETTER_QUEUE_URL."
	if f.stage.Name != "" {
		advice = putBack
	}
	return wrong(advice, "the queue and the dead-letter queue are swapped: what fails in %s goes to %s",
		show(lastPart(f.stage.DeadLetterURL, "/")), show(lastPart(f.stage.QueueURL, "/")))
}

// leastReceives is the least receive count of a queue, so that one throttled or slow
// minute doesn't make a message a dead letter
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
const leastReceives = 5

// redrivePolicy reads a queue's redrive policy; the zero value if there's none.
func (a attributes) redrivePolicy() (target string, count int, err error) {
	text := a.text(sqstypes.QueueAttributeNameRedrivePolicy)
	if text == "" {
		return "", 0, nil
	}
	// SQS returns the count as it was set: as a number or as a string.
	var policy struct {
		Target string      `json:"deadLetterTargetArn"`
		Count  json.Number `json:"maxReceiveCount"`
	}
	err = json.Unmarshal([]byte(text), &policy)
	if err == nil {
		count, err = strconv.Atoi(policy.Count.String())
	}
	if err != nil {
		return "", 0, missing("a redrive policy that can be read, not " + show(text))
	}
	return policy.Target, count, nil
}

func checkRedrive(_ context.Context, f *facts) Result {
	target, receives, err := f.queue.redrivePolicy()
	if err != nil {
		return unknown(err)
	}
	if target == "" {
		return wrong(putBack, "the queue has no dead-letter queue: a message that fails comes again until it expires")
	}
	expected, err := f.deadLetterARN()
	if err != nil {
		return unknown(err)
	}
	var faults []string
	if target != expected {
		faults = append(faults, fmt.Sprintf("dead letters go to %s, the stage's dead-letter queue is %s", show(target), show(expected)))
	}
	if receives < leastReceives && f.stage.Name == "" && len(faults) == 0 { // a system on one machine may give up sooner
		return notice("On AWS give them at least "+strconv.Itoa(leastReceives)+".", "messages are given up after %s", count(receives, "receive"))
	}
	if receives < leastReceives {
		faults = append(faults, fmt.Sprintf("messages are given up after %s, at least %d are needed", count(receives, "receive"), leastReceives))
	}
	return unless(faults, ok("dead letters go to %s after %s", show(lastPart(expected, ":")), count(receives, "receive")))
}

func (f *facts) deadLetterARN() (string, error) {
	if arn := f.stage.DeadLetterARN; arn != "" {
		return arn, nil
	}
	return f.deadLetters.text(sqstypes.QueueAttributeNameQueueArn), f.err[theDeadLetters]
}

// timesTimeout is how many of the function's timeouts a message must be hidden for
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
const timesTimeout = 6

func checkVisibility(_ context.Context, f *facts) Result {
	if f.function.Timeout == nil {
		return unknown(missing("the function's timeout, which Lambda didn't give"))
	}
	timeout := time.Duration(*f.function.Timeout) * time.Second
	hidden := f.queue.seconds(sqstypes.QueueAttributeNameVisibilityTimeout)
	if hidden < timesTimeout*timeout {
		return wrong(putBack, "messages are hidden for %s, less than %d times the function's timeout of %s: one can come again while it's worked on", timespan.Text(hidden), timesTimeout, timespan.Text(timeout))
	}
	return ok("messages are hidden for %s, at least %d times the function's timeout of %s", timespan.Text(hidden), timesTimeout, timespan.Text(timeout))
}

// longestRetention is SQS's. A message's age goes on counting when it becomes a
// dead letter
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html).
const longestRetention = 14 * 24 * time.Hour

func checkRetention(_ context.Context, f *facts) Result {
	source, kept := f.queue.seconds(sqstypes.QueueAttributeNameMessageRetentionPeriod), f.deadLetters.seconds(sqstypes.QueueAttributeNameMessageRetentionPeriod)
	switch {
	case kept <= source:
		return wrong(putBack, "dead letters are kept for %s and the queue's messages for %s: one that waited can vanish as it becomes a dead letter", days(kept), days(source))
	case kept < longestRetention:
		return wrong(putBack, "dead letters are kept for %s, not for %s", days(kept), days(longestRetention))
	}
	return ok("dead letters are kept for %s, the queue's messages for %s", days(kept), days(source))
}

// days formats a retention.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return count(int(d/day), "day")
	}
	return timespan.Text(d)
}

func checkDeadLetters(_ context.Context, f *facts) Result {
	ready := f.deadLetters.number(sqstypes.QueueAttributeNameApproximateNumberOfMessages)
	held := f.deadLetters.number(sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible)
	if ready+held > 0 {
		return notice("See what they are: `orgbucket dead-letters list`.", "%s for an operator, %d more in flight", count(ready, "dead letter"), held)
	}
	return ok("no dead letters")
}
