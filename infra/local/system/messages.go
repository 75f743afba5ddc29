package system

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Send sends a message to the queue, as signup does, and returns its id.
func (s *System) Send(ctx context.Context, body string) (messageID string, err error) {
	out, err := s.Messaging.SQS().SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &s.Queues.QueueURL, MessageBody: &body})
	if err != nil {
		return "", fmt.Errorf("send a message to %s: %w", s.Queues.QueueURL, err)
	}
	return *out.MessageId, nil
}

// SendBatch sends up to ten messages so that they come to the function in one
// batch: the event source is disabled until all are there.
func (s *System) SendBatch(ctx context.Context, bodies []string) (messageIDs []string, err error) {
	s.EventSource.Disable()
	defer s.EventSource.Enable()
	in := &sqs.SendMessageBatchInput{QueueUrl: &s.Queues.QueueURL}
	for i, body := range bodies {
		in.Entries = append(in.Entries, types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: &body})
	}
	out, err := s.Messaging.SQS().SendMessageBatch(ctx, in)
	if err == nil && len(out.Failed) > 0 {
		err = fmt.Errorf("%s: %s", aws.ToString(out.Failed[0].Code), aws.ToString(out.Failed[0].Message))
	}
	if err != nil {
		return nil, fmt.Errorf("send %d messages to %s: %w", len(bodies), s.Queues.QueueURL, err)
	}
	messageIDs = make([]string, len(bodies))
	for _, sent := range out.Successful {
		i, err := strconv.Atoi(aws.ToString(sent.Id))
		if err != nil || i < 0 || i >= len(bodies) {
			return nil, fmt.Errorf("send %d messages to %s: answered with an entry %q that wasn't sent", len(bodies), s.Queues.QueueURL, aws.ToString(sent.Id))
		}
		messageIDs[i] = aws.ToString(sent.MessageId)
	}
	return messageIDs, nil
}
