// Package outcome encodes the result of a message as an event and publishes it to an
// SNS topic. docs/outcome.schema.json is the contract with consumers.
package outcome

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// SchemaVersion is that of docs/outcome.schema.json. A change that could break
// a consumer makes it 2.0.
const SchemaVersion = "1.0"

// The types of outcomes.
const (
	TypeProvisioned = "OrganizationBucketProvisioned"
	TypeFailed      = "OrganizationBucketProvisioningFailed"
)

// StatusFailed is the status of a TypeFailed outcome.
const StatusFailed = "failed"

// Limits that keep an outcome without the context below 4 KiB, whatever others wrote into a policy.
const (
	maxMessage  = 800 // bytes, as for a warning; quotes may double them
	maxWarning  = 220
	maxWarnings = 6
)

// Event is an outcome. Fields that its type doesn't have are empty.
type Event struct {
	SchemaVersion string          `json:"schemaVersion"`
	ID            string          `json:"id"`
	Type          string          `json:"type"`
	Status        string          `json:"status"`
	OrgID         org.ID          `json:"orgId,omitempty"`
	Bucket        *Bucket         `json:"bucket,omitempty"`
	ClientUserARN string          `json:"clientUserArn,omitempty"`
	Changes       *[]bucket.Facet `json:"changes,omitempty"`
	Warnings      *[]string       `json:"warnings,omitempty"`
	Error         *Error          `json:"error,omitempty"`
	OccurredAt    string          `json:"occurredAt"`
	Source        Source          `json:"source"`
}

// Bucket is the organization's bucket, ready to be used.
type Bucket struct {
	Name            string `json:"name"`
	ARN             string `json:"arn"`
	Region          string `json:"region"`
	AccountID       string `json:"accountId"`
	AlternativeName bool   `json:"alternativeName"`
	PublicURL       string `json:"publicUrl"`
}

// Error is why a message failed and what an operator can do about it.
type Error struct {
	Kind    fault.Kind `json:"kind"`
	Code    fault.Code `json:"code"`
	Step    fault.Step `json:"step"`
	Message string     `json:"message"`
	Hint    string     `json:"hint"`
}

// Source is the delivery that the outcome is about.
type Source struct {
	MessageID     string `json:"messageId"`
	ReceiveCount  int    `json:"receiveCount"`
	CorrelationID string `json:"correlationId,omitempty"`
	// Context is the message's, as it came.
	Context string `json:"context,omitempty"`
}

// Provisioned returns the outcome of a bucket that is ready.
func Provisioned(r provision.Result, from provision.Source, now time.Time) Event {
	e := newEvent(TypeProvisioned, string(r.Status), from, now)
	e.OrgID = r.Spec.OrgID
	e.Bucket = &Bucket{
		Name:            r.Bucket,
		ARN:             r.Spec.ARN(r.Bucket),
		Region:          r.Spec.Region,
		AccountID:       r.Spec.Account,
		AlternativeName: r.Spec.Alternative(r.Bucket),
		PublicURL:       r.Spec.PublicURL(r.Bucket),
	}
	e.ClientUserARN = r.Spec.ClientUserARN
	changes, warnings := append([]bucket.Facet{}, r.Changes...), shortWarnings(r.Warnings)
	e.Changes, e.Warnings = &changes, &warnings
	return e
}

// Failed returns the outcome of a message that goes to the dead-letter queue. id is
// empty if the message had no valid one.
func Failed(id org.ID, f *fault.Error, from provision.Source, now time.Time) Event {
	e := newEvent(TypeFailed, StatusFailed, from, now)
	e.OrgID = id
	e.Error = &Error{Kind: f.Kind(), Code: f.Code, Step: f.Step, Message: shorten(f.Message, maxMessage), Hint: f.Hint()}
	return e
}

func newEvent(kind, status string, from provision.Source, now time.Time) Event {
	return Event{
		SchemaVersion: SchemaVersion,
		ID:            eventID(from.MessageID, kind),
		Type:          kind,
		Status:        status,
		OccurredAt:    now.UTC().Format(time.RFC3339Nano),
		Source:        Source(from),
	}
}

// eventID returns an id that is the same for every delivery of a message, so that
// consumers can recognise a repetition.
func eventID(messageID, kind string) string {
	sum := sha256.Sum256([]byte(messageID + "\n" + kind))
	return hex.EncodeToString(sum[:16])
}

// JSON returns the event as it is published.
func (e Event) JSON() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // an escape takes six bytes
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("encode outcome: %w", err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

func shortWarnings(all []fault.Warning) []string {
	short := make([]string, 0, min(len(all), maxWarnings))
	for i, w := range all {
		if i == maxWarnings-1 && len(all) > maxWarnings {
			return append(short, fmt.Sprintf("%d more warnings", len(all)-i))
		}
		short = append(short, shorten(w.String(), maxWarning))
	}
	return short
}

// shorten returns text without control characters and with at most the given number
// of bytes: AWS's error texts come from outside.
func shorten(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	if len(text) <= most {
		return text
	}
	cut := most - len("…")
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
