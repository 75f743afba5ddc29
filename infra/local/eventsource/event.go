package eventsource

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// maxEventBytes is the most that Lambda puts into one event: it cuts a batch there, whatever the batch size.
const maxEventBytes = 6 * 1024 * 1024

// record is one message in Lambda's SQS event: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type record struct {
	MessageID              string               `json:"messageId"`
	ReceiptHandle          string               `json:"receiptHandle"`
	Body                   string               `json:"body"`
	Attributes             map[string]string    `json:"attributes"`
	MessageAttributes      map[string]attribute `json:"messageAttributes"`
	MD5OfMessageAttributes *string              `json:"md5OfMessageAttributes,omitempty"`
	MD5OfBody              string               `json:"md5OfBody"`
	EventSource            string               `json:"eventSource"`
	EventSourceARN         string               `json:"eventSourceARN"`
	AWSRegion              string               `json:"awsRegion"`
}

// attribute is a message attribute. SQS has no list values yet, so Lambda's lists are always empty.
type attribute struct {
	StringValue      *string  `json:"stringValue,omitempty"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"` // base64 in JSON
	StringListValues []string `json:"stringListValues"`
	BinaryListValues [][]byte `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

// batch is the content of one event.
type batch struct {
	messages []types.Message
	records  [][]byte
	size     int // of the event, in bytes
}

const eventStart, eventEnd = `{"Records":[`, `]}`

// event returns the batch as Lambda's event.
func (b batch) event() []byte {
	return slices.Concat([]byte(eventStart), bytes.Join(b.records, []byte(",")), []byte(eventEnd))
}

// batches makes as few events as Lambda's size limit allows, in the order of the messages. Ten messages of 1 MiB
// don't fit into one event; a single one always does.
func (p *Poller) batches(messages []types.Message) ([]batch, error) {
	var all []batch
	for _, m := range messages {
		encoded, err := encode(p.record(m))
		if err != nil {
			return nil, fmt.Errorf("encode message %s: %w", aws.ToString(m.MessageId), err)
		}
		last := len(all) - 1
		if last < 0 || all[last].size+len(encoded)+1 > maxEventBytes {
			all = append(all, batch{size: len(eventStart + eventEnd)})
			last++
		}
		b := &all[last]
		b.messages, b.records, b.size = append(b.messages, m), append(b.records, encoded), b.size+len(encoded)+1
	}
	return all, nil
}

// encode leaves <, > and & as they are: escaped they take six bytes each, and one message could outgrow an event.
func encode(r record) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(r)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

func (p *Poller) record(m types.Message) record {
	r := record{
		MessageID: aws.ToString(m.MessageId), ReceiptHandle: aws.ToString(m.ReceiptHandle), Body: aws.ToString(m.Body),
		Attributes: m.Attributes, MessageAttributes: map[string]attribute{},
		MD5OfMessageAttributes: m.MD5OfMessageAttributes, MD5OfBody: aws.ToString(m.MD5OfBody),
		EventSource: "aws:sqs", EventSourceARN: p.opts.QueueARN, AWSRegion: p.opts.Region,
	}
	for name, value := range m.MessageAttributes {
		r.MessageAttributes[name] = attribute{
			StringValue: value.StringValue, BinaryValue: value.BinaryValue,
			StringListValues: []string{}, BinaryListValues: [][]byte{}, DataType: aws.ToString(value.DataType),
		}
	}
	return r
}
