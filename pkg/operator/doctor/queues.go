package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func (a attributes) text(name sqstypes.QueueAttributeName) string { return a.of[string(name)] }

// number reads an attribute; 0 if it isn't there or no number.
func (a attributes) number(name sqstypes.QueueAttributeName) int {
	n, _ := strconv.Atoi(a.text(name))
	return n
}

func (a attributes) seconds(name sqstypes.QueueAttributeName) time.Duration {
	return time.Duration(a.number(name)) * time.Second
}

func checkQueue(_ context.Context, v *visit) Result {
	queue, err := v.queue()
	if err != nil {
		return unknown(err)
	}
	arn := queue.text(sqstypes.QueueAttributeNameQueueArn)
	if expected := v.stage.QueueARN; expected != "" && arn != expected {
		return wrong(putBack, "the queue is %s, the stage says %s", show(arn), show(expected))
	}
	return ok("%s is there: %d waiting, %d in flight, %d delayed", show(lastPart(arn, ":")),
		queue.number(sqstypes.QueueAttributeNameApproximateNumberOfMessages),
		queue.number(sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible),
		queue.number(sqstypes.QueueAttributeNameApproximateNumberOfMessagesDelayed))
}

// leastReceives is how often a message must be received before it's given up, so
// that it isn't a dead letter because of a throttled or slow minute
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
const leastReceives = 5

// redrive is a queue's redrive policy. SQS gives the count back as it was set: as
// a number or as a string.
type redrive struct {
	Target string      `json:"deadLetterTargetArn"`
	Count  json.Number `json:"maxReceiveCount"`
}

// redrivePolicy reads a queue's redrive policy; the zero value if there's none.
func (a attributes) redrivePolicy() (redrive, int, error) {
	var r redrive
	text := a.text(sqstypes.QueueAttributeNameRedrivePolicy)
	if text == "" {
		return r, 0, nil
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, 0, missing("a redrive policy that can be read, not " + show(text))
	}
	count, err := strconv.Atoi(r.Count.String())
	if err != nil {
		return r, 0, missing("a redrive policy that can be read, not " + show(text))
	}
	return r, count, nil
}

func checkRedrive(_ context.Context, v *visit) Result {
	queue, err := v.queue()
	if err != nil {
		return unknown(err)
	}
	policy, count, err := queue.redrivePolicy()
	if err != nil {
		return unknown(err)
	}
	if policy.Target == "" {
		return wrong(putBack, "the queue has no dead-letter queue: a message that fails comes again until it expires")
	}
	expected, err := v.deadLetterARN()
	if err != nil {
		return unknown(err)
	}
	var faults []string
	if policy.Target != expected {
		faults = append(faults, fmt.Sprintf("dead letters go to %s, the stage's dead-letter queue is %s", show(policy.Target), show(expected)))
	}
	if count < leastReceives && v.stage.Name == "" && len(faults) == 0 { // a system on one machine may be quick to give up
		return notice("On AWS give them at least "+strconv.Itoa(leastReceives)+".", "messages are given up after %d receives", count)
	}
	if count < leastReceives {
		faults = append(faults, fmt.Sprintf("messages are given up after %d receives, at least %d are needed", count, leastReceives))
	}
	return unless(faults, ok("dead letters go to %s after %d receives", show(lastPart(expected, ":")), count))
}

func (v *visit) deadLetterARN() (string, error) {
	if arn := v.stage.DeadLetterARN; arn != "" {
		return arn, nil
	}
	deadLetters, err := v.deadLetters()
	return deadLetters.text(sqstypes.QueueAttributeNameQueueArn), err
}

// timesTimeout is how many of the function's timeouts a message must be hidden for
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
const timesTimeout = 6

func checkVisibility(_ context.Context, v *visit) Result {
	queue, err := v.queue()
	if err != nil {
		return unknown(err)
	}
	function, err := v.function()
	if err != nil {
		return unknown(err)
	}
	if function.Timeout == nil {
		return unknown(missing("the function's timeout, which Lambda didn't give"))
	}
	timeout := time.Duration(*function.Timeout) * time.Second
	hidden := queue.seconds(sqstypes.QueueAttributeNameVisibilityTimeout)
	if hidden < timesTimeout*timeout {
		return wrong(putBack, "messages are hidden for %s, less than %d times the function's timeout of %s: one can come again while it's worked on", hidden, timesTimeout, timeout)
	}
	return ok("messages are hidden for %s, at least %d times the function's timeout of %s", hidden, timesTimeout, timeout)
}

// lastPart is what comes after the last separator, the name at the end of an ARN
// or URL.
func lastPart(text, separator string) string {
	return text[strings.LastIndex(text, separator)+len(separator):]
}
