// Package org parses "organization created" messages: it takes the event out of the
// envelopes that AWS services wrap around it and validates its content. It knows
// nothing of buckets.
package org

import (
	"encoding/json"
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

const maxCorrelationID = 128

// OrganizationCreated is the event: an organization signed up and needs its bucket.
type OrganizationCreated struct {
	// OrgID is the organization's id.
	OrgID ID
	// CorrelationID is the sender's, 1 to 128 printable ASCII characters; empty
	// if the message has none or an unusable one.
	CorrelationID string
	// Warnings are about parts of the message that were ignored.
	Warnings []fault.Warning
}

// Parse reads a message body. Its errors are of kind invalid and name the input
// and the rule: MalformedMessage, UnexpectedEventType, InvalidOrganizationID.
// With an error the event has at most a correlation id, for the outcome.
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
	if err := o.checkKeys("type", "orgId", "correlationId"); err != nil {
		return OrganizationCreated{}, err
	}
	if o.has("type") {
		if err := o.checkType("type"); err != nil {
			return OrganizationCreated{}, err
		}
	}
	var event OrganizationCreated
	var err error
	if value, ok := o.members.Get("correlationId"); ok {
		if event.CorrelationID, err = correlationID(value); err != nil {
			event.Warnings = append(event.Warnings, fault.Warning{Text: err.Error()})
		}
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

// correlationID reads an id that is only passed on. An unusable one mustn't
// keep the organization from its bucket, so the caller turns the error into a warning.
func correlationID(raw json.RawMessage) (string, error) {
	s, ok := rawjson.Text(raw)
	if !ok {
		return "", fmt.Errorf("correlationId isn't a string and was left out")
	}
	if len(s) == 0 || len(s) > maxCorrelationID {
		return "", fmt.Errorf("correlationId has %d bytes, 1 to %d are allowed; it was left out", len(s), maxCorrelationID)
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return "", fmt.Errorf("correlationId has a character that isn't printable ASCII at byte %d; it was left out", i)
		}
	}
	return s, nil
}
