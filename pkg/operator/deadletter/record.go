package deadletter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// recordVersion is the version of the archive's format.
const recordVersion = 1

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

// Attributes returns a message's attributes, nil if there are none.
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

// newRecord makes the record of a message.
func newRecord(m queue.Message, of mark, queueURL string, at time.Time) (Record, error) {
	r := Record{
		Version: recordVersion, ID: m.ID, Queue: queueURL, SentAt: m.SentAt.UTC(), ReceiveCount: m.ReceiveCount, ArchivedAt: at.UTC(),
		OrgID: of.OrgID, Verdict: of.Verdict, Code: of.Code, TraceHeader: m.TraceHeader, GroupID: m.GroupID,
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

// line returns the record as it is written, with its newline.
func (r Record) line() ([]byte, error) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("archive message %s: %w", r.ID, err)
	}
	return line.Bytes(), nil
}
