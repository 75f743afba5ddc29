package deadletter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// recordVersion is that of the archive's format. A reader takes no other.
const recordVersion = 1

// maxID is the longest id that is read: SQS's have 36 characters.
const maxID = 100

// Record is an archived message: a line of JSON.
type Record struct {
	Version int    `json:"version"`
	ID      string `json:"id"`
	// Queue is the URL of the dead-letter queue that the message was in.
	Queue        string    `json:"queue"`
	SentAt       time.Time `json:"sentAt"`
	ReceiveCount int       `json:"receiveCount"`
	ArchivedAt   time.Time `json:"archivedAt"`
	// OrgID, Verdict and Code are those of the diagnosis when it was archived.
	OrgID   org.ID            `json:"orgId,omitempty"`
	Verdict diagnosis.Verdict `json:"verdict"`
	Code    fault.Code        `json:"code,omitempty"`

	// Body is the message's, or BodyBase64 if it isn't valid UTF-8. Exactly one is there.
	Body        *string              `json:"body,omitempty"`
	BodyBase64  []byte               `json:"bodyBase64,omitempty"`
	Attributes  map[string]Attribute `json:"attributes,omitempty"`
	TraceHeader string               `json:"traceHeader,omitempty"`
	GroupID     string               `json:"groupId,omitempty"`
}

// Attribute is a message attribute: a type with or without a label, and a text
// (types String and Number) or bytes (type Binary).
type Attribute struct {
	Type   string  `json:"type"`
	String *string `json:"string,omitempty"`
	Binary []byte  `json:"binary,omitempty"` // in base64
}

// Attributes are a message's, nil if there are none.
func Attributes(c queue.Content) map[string]Attribute {
	if len(c.Attributes) == 0 {
		return nil
	}
	all := map[string]Attribute{}
	for name, value := range c.Attributes {
		all[name] = Attribute{aws.ToString(value.DataType), value.StringValue, value.BinaryValue}
	}
	return all
}

// newRecord writes down a message.
func newRecord(m queue.Message, mark Mark, queueURL string, at time.Time) (Record, error) {
	r := Record{
		Version: recordVersion, ID: m.ID, Queue: queueURL, SentAt: m.SentAt.UTC(), ReceiveCount: m.ReceiveCount, ArchivedAt: at.UTC(),
		OrgID: mark.OrgID, Verdict: mark.Verdict, Code: mark.Code, TraceHeader: m.TraceHeader, GroupID: m.GroupID,
	}
	if utf8.ValidString(m.Body) {
		r.Body = &m.Body
	} else {
		r.BodyBase64 = []byte(m.Body)
	}
	for name, value := range m.Attributes {
		if !utf8.ValidString(name + aws.ToString(value.DataType) + aws.ToString(value.StringValue)) {
			return Record{}, fmt.Errorf("archive message %s: its attribute %q isn't valid UTF-8", m.ID, name)
		}
	}
	r.Attributes = Attributes(m.Content)
	return r, nil
}

// line is the record as it's written, with the newline.
func (r Record) line() ([]byte, error) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("archive message %s: %w", r.ID, err)
	}
	return line.Bytes(), nil
}

// parseRecord reads a line.
func parseRecord(line []byte) (Record, error) {
	if !utf8.Valid(line) { // encoding/json would replace what is wrong
		return Record{}, errors.New("it isn't an archived message: it isn't valid UTF-8")
	}
	var r Record
	dec := json.NewDecoder(bytes.NewReader(line))
	err := dec.Decode(&r)
	if err == nil && dec.Decode(new(json.RawMessage)) != io.EOF {
		err = errors.New("something follows it")
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return Record{}, ErrCutOff
	case err != nil:
		return Record{}, fmt.Errorf("it isn't an archived message: %w", err)
	case r.Version != recordVersion:
		return Record{}, fmt.Errorf("it has version %d of the format; this program reads version %d", r.Version, recordVersion)
	case r.ID == "" || len(r.ID) > maxID:
		return Record{}, fmt.Errorf("it isn't an archived message: an id has 1 to %d characters", maxID)
	case (r.Body == nil) == (r.BodyBase64 == nil):
		return Record{}, errors.New("it isn't an archived message: body or bodyBase64 must be there, and only one")
	}
	return r, nil
}

// Content is the message as it was.
func (r Record) Content() queue.Content {
	c := queue.Content{Body: string(r.BodyBase64), TraceHeader: r.TraceHeader, GroupID: r.GroupID}
	if r.Body != nil {
		c.Body = *r.Body
	}
	for name, a := range r.Attributes {
		if c.Attributes == nil {
			c.Attributes = map[string]types.MessageAttributeValue{}
		}
		c.Attributes[name] = types.MessageAttributeValue{DataType: aws.String(a.Type), StringValue: a.String, BinaryValue: a.Binary}
	}
	return c
}
