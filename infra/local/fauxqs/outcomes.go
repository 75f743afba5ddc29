package fauxqs

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Outcome is a message of the outcome topic, as a subscriber gets it.
type Outcome struct {
	Attributes map[string]string // of the message
	Body       []byte
}

// outcomeWait is how many seconds one poll waits for an outcome.
const outcomeWait = 5

// ReadOutcomes polls the queue of outcomes and passes each on, in the order in which they come, until the context
// ends; that is no error. It removes an outcome after deliver has returned. Run it in a goroutine of its own.
//
// fauxqs doesn't notice that a waiting poll was given up: an outcome published within outcomeWait after the end may
// go to that one, and another reader sees it only after the queue's visibility timeout.
func (s *Server) ReadOutcomes(ctx context.Context, queueURL string, deliver func(Outcome)) error {
	for {
		received, err := s.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(queueURL), MaxNumberOfMessages: 10, WaitTimeSeconds: outcomeWait,
			MessageAttributeNames: []string{"All"},
		})
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read outcomes from %s: %w", queueURL, err)
		}
		for _, message := range received.Messages {
			deliver(newOutcome(message))
			if err := s.remove(ctx, queueURL, message.ReceiptHandle); err != nil {
				return err
			}
		}
	}
}

// remove deletes a message that has been dealt with, even if the context ends right now: another reader would see it again.
func (s *Server) remove(ctx context.Context, queueURL string, receipt *string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_, err := s.sqs.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(queueURL), ReceiptHandle: receipt})
	if err != nil {
		return fmt.Errorf("remove a message from %s: %w", queueURL, err)
	}
	return nil
}

func newOutcome(message types.Message) Outcome {
	attributes := map[string]string{}
	for name, value := range message.MessageAttributes {
		attributes[name] = aws.ToString(value.StringValue)
	}
	return Outcome{attributes, []byte(aws.ToString(message.Body))}
}
