package follow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// confirming is how long SNS may take to confirm a queue of the same account.
const confirming = 30 * time.Second

func (m *mailbox) subscribe(ctx context.Context) error {
	ctx, cancel := uncut(ctx, creating)
	defer cancel()
	out, err := m.SNS.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn: &m.TopicARN, Protocol: aws.String("sqs"), Endpoint: &m.arn, ReturnSubscriptionArn: true,
		// The outcome itself as the body, and not SNS's envelope around it.
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	if err != nil {
		m.lost = true
		return failed(err, "subscribe to topic "+m.TopicARN, "sns:Subscribe on "+m.TopicARN)
	}
	m.subscriptionARN = aws.ToString(out.SubscriptionArn)
	return nil
}

// confirm waits until SNS says that the subscription is confirmed, which it does
// by itself for a queue of the same account.
func (m *mailbox) confirm(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, confirming, errUnconfirmed)
	defer cancel()
	for {
		out, err := m.SNS.GetSubscriptionAttributes(ctx, &sns.GetSubscriptionAttributesInput{SubscriptionArn: &m.subscriptionARN})
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("prepare to follow outcomes: %w", context.Cause(ctx))
		case err == nil && out.Attributes["PendingConfirmation"] == "false":
			return nil
		case err != nil && !isAbsent(err):
			f := failed(err, "look at the subscription "+m.subscriptionARN, "sns:GetSubscriptionAttributes on "+m.TopicARN)
			m.Notice(fmt.Sprintf("whether outcomes come here can't be told: %v", f))
			return nil
		}
		sleep(ctx, time.Second/2)
	}
}

var errUnconfirmed = errors.New("SNS hasn't confirmed the subscription in time: is the topic in the credentials' account?")

func (m *mailbox) unsubscribe(ctx context.Context) error {
	switch {
	case m.lost:
		return m.unsubscribeQueue(ctx, m.arn)
	case m.subscriptionARN == "":
		return nil
	}
	return m.removeSubscription(ctx, m.subscriptionARN)
}

func (m *mailbox) removeSubscription(ctx context.Context, arn string) error {
	_, err := m.SNS.Unsubscribe(ctx, &sns.UnsubscribeInput{SubscriptionArn: &arn})
	if err != nil && !isAbsent(err) {
		return failed(err, "remove the subscription (by hand: aws sns unsubscribe --subscription-arn "+arn+")", "sns:Unsubscribe on "+m.TopicARN)
	}
	return nil
}

// unsubscribeQueue removes all subscriptions of the topic that lead to a queue. What
// is listed without an ARN, as PendingConfirmation or Deleted, can't be removed.
func (m *mailbox) unsubscribeQueue(ctx context.Context, queueARN string) error {
	in := &sns.ListSubscriptionsByTopicInput{TopicArn: &m.TopicARN}
	for {
		out, err := m.SNS.ListSubscriptionsByTopic(ctx, in)
		if err != nil {
			return failed(err, "look for subscriptions of "+queueARN, "sns:ListSubscriptionsByTopic on "+m.TopicARN)
		}
		for _, s := range out.Subscriptions {
			arn := aws.ToString(s.SubscriptionArn)
			if aws.ToString(s.Endpoint) != queueARN || !strings.HasPrefix(arn, "arn:") {
				continue
			}
			if err := m.removeSubscription(ctx, arn); err != nil {
				return err
			}
		}
		if aws.ToString(out.NextToken) == "" {
			return nil
		}
		in.NextToken = out.NextToken
	}
}
