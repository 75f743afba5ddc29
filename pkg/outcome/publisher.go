package outcome

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// Topic is the part of the SNS client that a Publisher uses.
type Topic interface {
	Publish(context.Context, *sns.PublishInput, ...func(*sns.Options)) (*sns.PublishOutput, error)
}

// Publisher publishes outcomes to one topic. It implements provision.Outcomes.
type Publisher struct {
	client   Topic
	topicARN string
}

// NewPublisher returns a publisher to the topic with this ARN.
func NewPublisher(client Topic, topicARN string) *Publisher {
	return &Publisher{client, topicARN}
}

// Provisioned publishes that a bucket is ready.
func (p *Publisher) Provisioned(ctx context.Context, r provision.Result, from provision.Source) error {
	return p.publish(ctx, Provisioned(r, from, time.Now()))
}

// Failed publishes that provisioning failed and an operator has the message.
func (p *Publisher) Failed(ctx context.Context, id org.ID, f *fault.Error, from provision.Source) error {
	return p.publish(ctx, Failed(id, f, from, time.Now()))
}

func (p *Publisher) publish(ctx context.Context, e Event) error {
	body, err := e.JSON()
	if err != nil {
		return fault.Wrap(fault.PublishFailed, err, "publish outcome to %s", p.topicARN)
	}
	_, err = p.client.Publish(ctx, &sns.PublishInput{
		TopicArn:          &p.topicARN,
		Message:           aws.String(string(body)),
		MessageAttributes: attributes(e),
	})
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil: // the delivery's deadline, not the topic's failure
		return fault.Wrap(fault.DeadlineExceeded, err, "publish outcome to %s", p.topicARN)
	}
	return fault.Wrap(fault.PublishFailed, err, "publish outcome to %s", p.topicARN)
}

// attributes are what subscriptions filter by. SNS refuses empty values
// (https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html), so an
// unknown organization or correlation id has no attribute.
func attributes(e Event) map[string]types.MessageAttributeValue {
	all := map[string]types.MessageAttributeValue{"type": text(e.Type), "status": text(e.Status)}
	if e.OrgID != "" {
		all["orgId"] = text(string(e.OrgID))
	}
	if e.Source.CorrelationID != "" {
		all["correlationId"] = text(e.Source.CorrelationID)
	}
	return all
}

func text(s string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &s}
}
