// Package org parses "organization created" messages: it takes the event out of the
// envelopes that AWS services wrap around it and validates its content. It knows
// nothing of buckets.
package org

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// EventType is the only type of event that is handled.
const EventType = "OrganizationCreated"

// MaxBodySize is the largest message body in bytes: SQS takes 1 MiB
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html).
const MaxBodySize = 1 << 20

// What is passed on has at most this many bytes.
const (
	maxCorrelationID = 256
	maxContext       = 2048
)

// OrganizationCreated is the event: an organization signed up and needs its bucket.
type OrganizationCreated struct {
	// OrgID is the organization's id.
	OrgID ID
	// CorrelationID is the sender's, 1 to 256 printable ASCII characters; empty
	// if the message has none or an unusable one.
	CorrelationID string
	// Context is the sender's, at most 2,048 printable ASCII characters, opaque: it
	// comes back in the outcome, for a workflow that waits for it. It isn't logged,
	// since whoever has it may be able to resume that workflow.
	Context string
	// Warnings are about parts of the message that were ignored.
	Warnings []fault.Warning
}

// Parse reads a message body. Its errors are of kind invalid and name the input
// and the rule: MalformedMessage, UnexpectedEventType, InvalidOrganizationID.
// With an error the event has at most a correlation id and a context, for the outcome.
func Parse(body []byte) (OrganizationCreated, error) {
	switch {
	case len(body) > MaxBodySize:
		return OrganizationCreated{}, fault.New(fault.MalformedMessage, "the body has %d bytes, at most %d are allowed", len(body), MaxBodySize)
	case !utf8.Valid(body):
		return OrganizationCreated{}, fault.New(fault.MalformedMessage, "the body isn't valid UTF-8")
	}
	content, err := open(body)
	if err != nil {
		return OrganizationCreated{}, err
	}
	return content.event()
}

// event reads the canonical object.
func (o object) event() (OrganizationCreated, error) {
	var event OrganizationCreated
	event.CorrelationID = o.passedOn("correlationId", maxCorrelationID, &event.Warnings)
	event.Context = o.passedOn("context", maxContext, &event.Warnings)
	if err := o.checkKeys("type", "orgId", "correlationId", "context"); err != nil {
		return event, err
	}
	if o.has("type") {
		if err := o.checkType("type"); err != nil {
			return event, err
		}
	}
	if !o.has("orgId") {
		return event, fault.New(fault.MalformedMessage, "%s has no \"orgId\"%s", o.where, o.looksLike())
	}
	raw, err := o.text("orgId")
	if err != nil {
		return event, err
	}
	if event.OrgID, err = ParseID(raw); err != nil {
		return event, fault.New(fault.InvalidOrganizationID, "%v", err)
	}
	return event, nil
}

// checkType returns an error if the type under key isn't EventType.
func (o object) checkType(key string) error {
	name, err := o.text(key)
	if err != nil {
		return err
	}
	if name != EventType {
		return fault.New(fault.UnexpectedEventType, "%s is %s, only %q is handled here", o.path(key), quote(name), EventType)
	}
	return nil
}

// passedOn reads a text that is only passed on. An unusable one mustn't keep the
// organization from its bucket, so it is left out with a warning.
func (o object) passedOn(key string, most int, warnings *[]fault.Warning) string {
	raw, ok := o.members.Get(key)
	if !ok || o.count(key) > 1 {
		return ""
	}
	text, err := passedOn(raw, most)
	if err != nil {
		*warnings = append(*warnings, fault.Warning{Text: fmt.Sprintf("%s %v and was left out", key, err)})
		return ""
	}
	return text
}

func passedOn(raw json.RawMessage, most int) (string, error) {
	s, ok := rawjson.Text(raw)
	if !ok {
		return "", errors.New("isn't a string")
	}
	if len(s) == 0 || len(s) > most {
		return "", fmt.Errorf("has %d bytes, 1 to %d are allowed,", len(s), most)
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return "", fmt.Errorf("has a character that isn't printable ASCII at position %d", i+1)
		}
	}
	return s, nil
}
