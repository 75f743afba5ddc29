package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/outcome"
)

// mailbox is a queue of the run's own that topics deliver to, read in the background.
type mailbox struct {
	mu    sync.Mutex
	mails []mail
}

// mail is what a topic delivered.
type mail struct {
	body string
	at   time.Time
}

// openMailbox makes the queue and subscribes it to the topics. It is read until ctx ends. The
// queue is made with its policy, since one that is set later can take a minute
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html),
// and SNS doesn't try again.
func (r *run) openMailbox(ctx context.Context, topics ...string) (*mailbox, error) {
	name := "orgbucket-" + r.id + "-mailbox"
	queue := fmt.Sprintf("arn:%s:sqs:%s:%s:%s", arn.PartitionID(r.region), r.region, r.account, name)
	policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": queue,
		"Condition": map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": topics}},
	}})
	if err != nil {
		return nil, err
	}
	made, err := r.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: map[string]string{"Policy": string(policy)}})
	if err != nil {
		return nil, fmt.Errorf("create queue %s: %w", name, err)
	}
	for _, topic := range topics {
		_, err := r.sns.Subscribe(ctx, &sns.SubscribeInput{TopicArn: &topic, Protocol: aws.String("sqs"), Endpoint: &queue, Attributes: map[string]string{"RawMessageDelivery": "true"}})
		if err != nil {
			return nil, fmt.Errorf("subscribe %s to %s: %w", name, topic, err)
		}
	}
	m := &mailbox{}
	go m.read(ctx, r.sqs, *made.QueueUrl)
	return m, nil
}

func (m *mailbox) read(ctx context.Context, client *sqs.Client, url string) {
	for ctx.Err() == nil {
		out, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10, WaitTimeSeconds: 5})
		if err != nil {
			_ = pause(ctx, time.Second) // whoever waits for a mail says that it didn't come
			continue
		}
		for _, message := range out.Messages {
			m.mu.Lock()
			m.mails = append(m.mails, mail{aws.ToString(message.Body), time.Now()})
			m.mu.Unlock()
			// One that can't be deleted comes again, which changes nothing.
			_, _ = client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: message.ReceiptHandle})
		}
	}
}

// wait waits for the first mail that matches.
func (m *mailbox) wait(ctx context.Context, what string, patience time.Duration, matches func(mail) bool) (found mail, err error) {
	err = until(ctx, patience, 100*time.Millisecond, func() string {
		m.mu.Lock()
		defer m.mu.Unlock()
		i := slices.IndexFunc(m.mails, matches)
		if i < 0 {
			return what + " didn't come"
		}
		found = m.mails[i]
		return ""
	})
	return found, err
}

// outcomeOf waits for the outcome of a message.
func (m *mailbox) outcomeOf(ctx context.Context, messageID string, patience time.Duration) (outcome.Event, error) {
	o, _, err := m.outcome(ctx, "message "+messageID, patience, func(o outcome.Event) bool { return o.Source.MessageID == messageID })
	return o, err
}

// outcome waits for the outcome that matches, and also returns when it came.
func (m *mailbox) outcome(ctx context.Context, of string, patience time.Duration, matches func(outcome.Event) bool) (found outcome.Event, at time.Time, err error) {
	mail, err := m.wait(ctx, "the outcome of "+of, patience, func(got mail) bool {
		var o outcome.Event
		if json.Unmarshal([]byte(got.body), &o) != nil || !matches(o) {
			return false
		}
		found = o
		return true
	})
	return found, mail.at, err
}
