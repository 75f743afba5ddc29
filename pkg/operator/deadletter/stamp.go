package deadletter

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/sqsbatch"
)

// ReplayGroup is the message group of everything that is replayed. A standard queue delays
// the messages of a group that has many before those of others
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html).
const ReplayGroup = "orgbucket-replay"

// Stamp is what a replayed message tells of its replays, in one message attribute.
type Stamp struct {
	Count int `json:"count"`
	// By and At are who replayed it last, by the credentials' ARN, and when.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
	// FirstID is the message's id before its first replay.
	FirstID string `json:"firstId"`
}

// maxAttributes is how many message attributes SQS takes
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).
const maxAttributes = 10

// StampOf returns a message's stamp; zero if it has none that can be read.
func StampOf(c queue.Content) Stamp {
	return ParseStamp(aws.ToString(c.Attributes[sqsbatch.ReplayAttribute].StringValue))
}

// ParseStamp reads a stamp from the attribute's text; it is zero if it can't be read.
func ParseStamp(text string) (s Stamp) {
	if json.Unmarshal([]byte(text), &s) != nil {
		return Stamp{}
	}
	return s
}

// stamped returns a message's content as it is replayed: with its stamp, if there is room
// for it beside the sender's attributes, and in the group of replays.
func stamped(m queue.Message, by string, at time.Time) queue.Content {
	s := StampOf(m.Content)
	if s.FirstID == "" {
		s.FirstID = m.ID
	}
	s.Count, s.By, s.At = s.Count+1, by, at.UTC().Truncate(time.Second)
	text, _ := json.Marshal(s) // can be encoded
	c := m.Content
	c.GroupID = ReplayGroup
	c.Attributes = maps.Clone(c.Attributes)
	if c.Attributes == nil {
		c.Attributes = map[string]types.MessageAttributeValue{}
	}
	c.Attributes[sqsbatch.ReplayAttribute] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(string(text))}
	if len(c.Attributes) > maxAttributes || c.Size() > queue.SizeLimit {
		c.Attributes = m.Attributes
	}
	return c
}
