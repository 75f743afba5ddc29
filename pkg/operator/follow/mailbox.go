package follow

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const (
	// prefix begins the names of all temporary queues.
	prefix = "orgbucket-follow-"
	// tagKey marks a temporary queue; the value is the topic's ARN. Only what has
	// it is ever cleaned up.
	tagKey = "orgbucket:follow"
	// retention is how long outcomes wait in the queue, should the run be cut off.
	retention = time.Hour

	// creating bounds the calls that make something. Ctrl-C doesn't cut them off:
	// what a call has made is known by its answer only.
	creating = time.Minute
	// removing bounds the removal of everything.
	removing = 30 * time.Second
	// settling is how long one waits after SNS has confirmed the subscription.
	settling = 3 * time.Second
	// lookups is how often, a second apart, one asks for a queue that may have been made.
	lookups = 5
)

// mailbox is the temporary queue and its subscription.
type mailbox struct {
	Options
	name, arn string // of the queue
	// What is there; empty if it isn't.
	queueURL, subscriptionARN string
	// lost: there may be a subscription although SNS didn't say so.
	lost bool
	// unsure: there may be a queue although SQS didn't say so.
	unsure bool
}

func newMailbox(o Options) (*mailbox, error) {
	parts := strings.Split(o.TopicARN, ":")
	if len(parts) != 6 || parts[2] != "sns" {
		return nil, fmt.Errorf("follow outcomes: %q isn't the ARN of a topic", o.TopicARN)
	}
	name := prefix + strings.ToLower(rand.Text())
	return &mailbox{Options: o, name: name, arn: fmt.Sprintf("arn:%s:sqs:%s:%s:%s", parts[1], parts[3], parts[4], name)}, nil
}

// open makes queue and subscription and waits until they work. After an error
// some of it may be there.
func (m *mailbox) open(ctx context.Context) error {
	if err := m.create(ctx); err != nil {
		return err
	}
	if err := m.subscribe(ctx); err != nil {
		return err
	}
	if err := m.confirm(ctx); err != nil {
		return err
	}
	m.clearLeftovers(ctx)
	sleep(ctx, settling)
	if ctx.Err() != nil {
		return fmt.Errorf("prepare to follow outcomes: %w", ctx.Err())
	}
	return nil
}

func (m *mailbox) create(ctx context.Context) error {
	ctx, cancel := uncut(ctx, creating)
	defer cancel()
	out, err := m.SQS.CreateQueue(ctx, &sqs.CreateQueueInput{
		QueueName: &m.name,
		Attributes: map[string]string{
			string(types.QueueAttributeNameMessageRetentionPeriod): strconv.Itoa(int(retention / time.Second)),
			string(types.QueueAttributeNamePolicy):                 m.policy(),
			string(types.QueueAttributeNameSqsManagedSseEnabled):   "true",
		},
		Tags: map[string]string{tagKey: m.TopicARN},
	})
	if err != nil {
		m.unsure = !isRefused(err)
		return failed(err, "create queue "+m.name, "sqs:CreateQueue and sqs:TagQueue on "+m.arn)
	}
	m.queueURL = aws.ToString(out.QueueUrl)
	return nil
}

// policy lets the topic send to the queue, and nobody else of another account or service
// (https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html).
func (m *mailbox) policy() string {
	type object = map[string]any
	// Text alone can always be encoded.
	document, _ := json.Marshal(object{"Version": "2012-10-17", "Statement": []object{{
		"Sid": "OutcomesOfThisTopic", "Effect": "Allow",
		"Principal": object{"Service": "sns.amazonaws.com"},
		"Action":    "sqs:SendMessage", "Resource": m.arn,
		"Condition": object{"ArnEquals": object{"aws:SourceArn": m.TopicARN}},
	}}})
	return string(document)
}

// remove removes what is there.
func (m *mailbox) remove() error {
	ctx, cancel := context.WithTimeout(context.Background(), removing)
	defer cancel()
	return joined(m.unsubscribe(ctx), m.deleteOwn(ctx))
}

func (m *mailbox) deleteOwn(ctx context.Context) error {
	if m.unsure {
		return m.deleteUnsure(ctx)
	}
	return m.delete(ctx, m.queueURL)
}

// deleteUnsure deletes the queue if it was made after all. It may be a moment
// until SQS knows of it.
func (m *mailbox) deleteUnsure(ctx context.Context) error {
	for asked := 1; ; asked++ {
		out, err := m.SQS.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &m.name})
		switch {
		case err == nil:
			return m.delete(ctx, aws.ToString(out.QueueUrl))
		case !isAbsent(err):
			byHand := "aws sqs delete-queue --queue-url $(aws sqs get-queue-url --queue-name " + m.name + " --query QueueUrl --output text)"
			return failed(err, "look whether the temporary queue "+m.name+" was made nevertheless (delete it by hand: "+byHand+")", "sqs:GetQueueUrl on "+prefix+"*")
		case asked == lookups:
			return nil
		}
		sleep(ctx, time.Second)
	}
}

func (m *mailbox) delete(ctx context.Context, url string) error {
	if url == "" {
		return nil
	}
	_, err := m.SQS.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &url})
	if err != nil && !isAbsent(err) {
		return failed(err, "delete the temporary queue (by hand: aws sqs delete-queue --queue-url "+url+")", "sqs:DeleteQueue on "+prefix+"*")
	}
	return nil
}

// uncut gives a context that the end of ctx doesn't end, but time does.
func uncut(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), limit)
}
