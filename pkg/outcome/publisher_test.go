package outcome_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

const topicARN = "arn:aws:sns:us-east-1:935799716578:outcomes"

// topic takes what is published, or fails with err.
type topic struct {
	published []*sns.PublishInput
	err       error
}

func (t *topic) Publish(_ context.Context, in *sns.PublishInput, _ ...func(*sns.Options)) (*sns.PublishOutput, error) {
	t.published = append(t.published, in)
	if t.err != nil {
		return nil, t.err
	}
	return &sns.PublishOutput{MessageId: aws.String("1")}, nil
}

var _ provision.Outcomes = (*outcome.Publisher)(nil)

func TestOutcomesArePublishedWithAttributesToFilterBy(t *testing.T) {
	r := result(t, 0, provision.StatusCreated, bucket.Facets())
	for name, c := range map[string]struct {
		publish func(*outcome.Publisher) error
		want    map[string]string
	}{
		"a bucket that is ready": {
			func(p *outcome.Publisher) error { return p.Provisioned(t.Context(), r, from) },
			map[string]string{"type": outcome.TypeProvisioned, "status": "created", "orgId": "xmsqa1", "correlationId": from.CorrelationID},
		},
		"a failure of a known organization": {
			func(p *outcome.Publisher) error {
				return p.Failed(t.Context(), "xmsqa1", &fault.Error{Code: fault.Throttled, Step: fault.StepCreate, Message: "m"}, from)
			},
			map[string]string{"type": outcome.TypeFailed, "status": "failed", "orgId": "xmsqa1", "correlationId": from.CorrelationID},
		},
		"a failure of nobody known has no orgId, since SNS refuses empty values": {
			func(p *outcome.Publisher) error {
				return p.Failed(t.Context(), "", &fault.Error{Code: fault.MalformedMessage, Step: fault.StepParse, Message: "m"}, from)
			},
			map[string]string{"type": outcome.TypeFailed, "status": "failed", "correlationId": from.CorrelationID},
		},
		"without a correlation id there is none": {
			func(p *outcome.Publisher) error {
				return p.Provisioned(t.Context(), r, provision.Source{MessageID: "m", ReceiveCount: 1})
			},
			map[string]string{"type": outcome.TypeProvisioned, "status": "created", "orgId": "xmsqa1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake := &topic{}
			if err := c.publish(outcome.NewPublisher(fake, topicARN)); err != nil || len(fake.published) != 1 {
				t.Fatalf("%v, published %d times", err, len(fake.published))
			}
			in := fake.published[0]
			if aws.ToString(in.TopicArn) != topicARN {
				t.Errorf("published to %s", aws.ToString(in.TopicArn))
			}
			checkContract(t, schema(t), []byte(aws.ToString(in.Message)))
			if len(in.MessageAttributes) != len(c.want) {
				t.Errorf("%d attributes, want %d", len(in.MessageAttributes), len(c.want))
			}
			for key, want := range c.want {
				a := in.MessageAttributes[key]
				if aws.ToString(a.DataType) != "String" || aws.ToString(a.StringValue) != want {
					t.Errorf("attribute %s is %q of type %q, want %q", key, aws.ToString(a.StringValue), aws.ToString(a.DataType), want)
				}
				if !bytes.Contains([]byte(aws.ToString(in.Message)), []byte(`"`+key+`":"`+want+`"`)) {
					t.Errorf("the message says something else than the attribute %s: %s", key, aws.ToString(in.Message))
				}
			}
		})
	}
}

func TestAFailureToPublishIsPublishFailed(t *testing.T) {
	for name, cause := range map[string]error{
		"a refusal":      &smithy.GenericAPIError{Code: "AuthorizationError", Message: "not authorized to perform: SNS:Publish"},
		"a throttle":     &smithy.GenericAPIError{Code: "Throttled", Message: "Rate exceeded"},
		"a deadline":     context.DeadlineExceeded,
		"a broken wire":  errors.New("read: connection reset by peer"),
		"a sealed topic": &smithy.GenericAPIError{Code: "KMSAccessDenied", Message: "The ciphertext refers to a key that does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			p := outcome.NewPublisher(&topic{err: cause}, topicARN)
			for _, err := range []error{
				p.Provisioned(t.Context(), result(t, 0, provision.StatusCreated, nil), from),
				p.Failed(t.Context(), "", fault.New(fault.Internal, "m"), from),
			} {
				if !fault.Is(err, fault.PublishFailed) || !errors.Is(err, cause) {
					t.Errorf("got %v, want PublishFailed because of %v", err, cause)
				}
				if fault.Of(err).Kind() != fault.Transient || !bytes.Contains([]byte(err.Error()), []byte(topicARN)) {
					t.Errorf("%v is %s, or doesn't name the topic", err, fault.Of(err).Kind())
				}
			}
		})
	}
}
