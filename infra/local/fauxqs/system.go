package fauxqs

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// SystemOptions are the settings of the queues that the tests and the local run vary.
type SystemOptions struct {
	Name              string        // the source queue's; the other names start with it
	MaxReceiveCount   int           // receives before a message goes to the dead-letter queue, by default 5
	VisibilityTimeout time.Duration // of the source queue, whole seconds, by default 30 s; AWS advises 6 × the function's timeout
}

// System is what the function lives among: its queue with the dead-letter queue behind it, and the topic of outcomes,
// whose messages go to a queue from which the local run reads them.
type System struct {
	QueueURL, QueueARN           string
	DeadLetterURL, DeadLetterARN string
	TopicARN                     string
	OutcomesURL, OutcomesARN     string
	MaxReceiveCount              int
}

// retention is how long dead letters are kept: 14 days, the most that SQS offers.
const retention = 14 * 24 * time.Hour

// CreateSystem makes the queues, the topic and the subscription.
func (s *Server) CreateSystem(ctx context.Context, o SystemOptions) (System, error) {
	if o.MaxReceiveCount == 0 {
		o.MaxReceiveCount = 5
	}
	if o.VisibilityTimeout == 0 {
		o.VisibilityTimeout = 30 * time.Second
	}
	if o.VisibilityTimeout%time.Second != 0 {
		return System{}, fmt.Errorf("create system %s: the visibility timeout %v is not in whole seconds", o.Name, o.VisibilityTimeout)
	}
	system := System{MaxReceiveCount: o.MaxReceiveCount}
	if err := s.createSource(ctx, o, &system); err != nil {
		return System{}, err
	}
	if err := s.createOutcomes(ctx, o.Name, &system); err != nil {
		return System{}, err
	}
	return system, nil
}

func (s *Server) createSource(ctx context.Context, o SystemOptions, system *System) (err error) {
	system.DeadLetterURL, system.DeadLetterARN, err = s.createQueue(ctx, o.Name+"-dead-letters", map[string]string{
		string(types.QueueAttributeNameMessageRetentionPeriod): seconds(retention),
	})
	if err != nil {
		return err
	}
	redrive, err := json.Marshal(map[string]any{"deadLetterTargetArn": system.DeadLetterARN, "maxReceiveCount": o.MaxReceiveCount})
	if err != nil {
		return fmt.Errorf("write the redrive policy of %s: %w", o.Name, err)
	}
	system.QueueURL, system.QueueARN, err = s.createQueue(ctx, o.Name, map[string]string{
		string(types.QueueAttributeNameRedrivePolicy):     string(redrive),
		string(types.QueueAttributeNameVisibilityTimeout): seconds(o.VisibilityTimeout),
	})
	return err
}

func (s *Server) createOutcomes(ctx context.Context, name string, system *System) (err error) {
	system.OutcomesURL, system.OutcomesARN, err = s.createQueue(ctx, name+"-outcomes", nil)
	if err != nil {
		return err
	}
	system.TopicARN, err = s.CreateTopic(ctx, name+"-outcomes", system.OutcomesARN)
	return err
}

// CreateTopic makes a topic that sends its messages to a queue.
func (s *Server) CreateTopic(ctx context.Context, name, queueARN string) (arn string, err error) {
	topic, err := s.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: &name})
	if err != nil {
		return "", fmt.Errorf("create topic %s: %w", name, err)
	}
	// In AWS the queue would also need a policy that lets the topic send to it. Raw delivery gives the outcome itself
	// as the body, with the topic's attributes as the message's, and not an envelope.
	_, err = s.sns.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: &queueARN,
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	if err != nil {
		return "", fmt.Errorf("subscribe queue %s to topic %s: %w", queueARN, name, err)
	}
	return aws.ToString(topic.TopicArn), nil
}

func (s *Server) createQueue(ctx context.Context, name string, attributes map[string]string) (url, arn string, err error) {
	created, err := s.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(name), Attributes: attributes})
	if err != nil {
		return "", "", fmt.Errorf("create queue %s: %w", name, err)
	}
	described, err := s.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: created.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		return "", "", fmt.Errorf("read the ARN of queue %s: %w", name, err)
	}
	return aws.ToString(created.QueueUrl), described.Attributes[string(types.QueueAttributeNameQueueArn)], nil
}

// seconds writes a duration as SQS takes it.
func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }
