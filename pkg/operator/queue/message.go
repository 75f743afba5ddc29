package queue

import (
	"encoding/base64"
	"maps"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Content is what a sender sets of a message. A message sent with the content of
// another differs from it in id, times and receive count only.
type Content struct {
	Body string
	// Attributes are the message attributes: String, Number or Binary, each with
	// a label or without one ("String.json").
	Attributes map[string]types.MessageAttributeValue
	// TraceHeader is X-Ray's (the system attribute AWSTraceHeader), empty if there is none.
	TraceHeader string
	// GroupID is the message's group, which a standard queue uses to be fair
	// between senders; empty if there is none.
	GroupID string
}

// Message is a message that was received and is hidden from others for a while.
type Message struct {
	Content
	ID string
	// Handle is this receive's; a later receive of the same message has another.
	Handle string
	// SentAt is when the message was first sent, to the millisecond. Moving it to
	// a dead-letter queue doesn't change it.
	SentAt time.Time
	// ReceiveCount is how often the message has been received, this time
	// included, over all queues it was in.
	ReceiveCount int
}

// Sent is what became of a message that was sent.
type Sent struct {
	// MessageID is the new message's; empty if Err isn't nil.
	MessageID string
	// Err is nil if SQS confirmed the message. Otherwise it may be in the queue
	// all the same: an answer can be lost.
	Err error
}

func newMessage(m types.Message) Message {
	message := Message{
		ID: aws.ToString(m.MessageId), Handle: aws.ToString(m.ReceiptHandle),
		Content: Content{
			Body: aws.ToString(m.Body), Attributes: maps.Clone(m.MessageAttributes),
			TraceHeader: m.Attributes[string(types.MessageSystemAttributeNameAWSTraceHeader)],
			GroupID:     m.Attributes[string(types.MessageSystemAttributeNameMessageGroupId)],
		},
	}
	if ms, err := strconv.ParseInt(m.Attributes[string(types.MessageSystemAttributeNameSentTimestamp)], 10, 64); err == nil {
		message.SentAt = time.UnixMilli(ms).UTC()
	}
	if n, err := strconv.Atoi(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)]); err == nil {
		message.ReceiveCount = n
	}
	return message
}

func (c Content) entry(id string) types.SendMessageBatchRequestEntry {
	e := types.SendMessageBatchRequestEntry{Id: &id, MessageBody: &c.Body, MessageAttributes: c.Attributes}
	if c.TraceHeader != "" {
		e.MessageSystemAttributes = map[string]types.MessageSystemAttributeValue{
			string(types.MessageSystemAttributeNameForSendsAWSTraceHeader): {DataType: aws.String("String"), StringValue: &c.TraceHeader},
		}
	}
	if c.GroupID != "" {
		e.MessageGroupId = &c.GroupID
	}
	return e
}

// Size is what counts towards SQS's limit: the bytes of the body and of each
// attribute's name, type and value; system attributes are free
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).
// Binary values count as they travel, in base64: that is never too little.
func (c Content) Size() int {
	size := len(c.Body)
	for name, a := range c.Attributes {
		size += len(name) + len(aws.ToString(a.DataType)) + len(aws.ToString(a.StringValue)) + base64.StdEncoding.EncodedLen(len(a.BinaryValue))
	}
	return size
}
