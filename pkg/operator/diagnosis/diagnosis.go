package diagnosis

import (
	"errors"

	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Verdict is the predicted result of a message.
type Verdict string

// The verdicts.
const (
	// WouldWork: no obstacle was found, and it would change something.
	WouldWork Verdict = "would-work"
	// Healthy: the bucket is in its desired state. A message would change nothing and
	// announce the bucket again.
	Healthy Verdict = "healthy"
	// Blocked: it would fail until a person acts.
	Blocked Verdict = "blocked"
	// Never: it can't succeed, whatever anybody does.
	Never Verdict = "never"
	// Unknown: something that matters couldn't be read.
	Unknown Verdict = "unknown"
)

// Diagnosis is the prediction for a message, or for a new message of an organization.
// Its texts may quote what others wrote and have to be escaped for a terminal.
type Diagnosis struct {
	// OrgID is empty if the message has no valid one.
	OrgID         org.ID  `json:"orgId,omitempty"`
	CorrelationID string  `json:"correlationId,omitempty"`
	Verdict       Verdict `json:"verdict"`
	// Code and Hint are those of the failure that a message would have (Blocked,
	// Never), or of the failed read (Unknown).
	Code fault.Code `json:"code,omitempty"`
	// Reason explains the verdict in one line.
	Reason string `json:"reason"`
	Hint   string `json:"hint,omitempty"`
	// Bucket is the home; empty if there is none yet.
	Bucket string `json:"bucket,omitempty"`
	// Changes are what a message would change; if it is blocked, what it would change
	// otherwise, as far as that could be planned.
	Changes []bucket.Facet `json:"changes,omitempty"`
	// Warnings are the plan's, and further failures that a blocked message would have.
	Warnings []fault.Warning `json:"warnings,omitempty"`
	// Unchecked is what couldn't be asked, each with the permission that it needs.
	Unchecked []Unchecked `json:"unchecked,omitempty"`
}

// Unchecked is a question that couldn't be asked.
type Unchecked struct {
	// Question is the same for every organization: "whether the client's IAM user exists".
	Question string
	// Why says which permission is missing.
	Why string
}

// String returns question and reason in a line.
func (u Unchecked) String() string { return u.Question + ": " + u.Why }

// MarshalText returns the line, as JSON has it.
func (u Unchecked) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// fail sets the verdict to a failure that a message would have. Failures after the
// first become warnings.
func (d *Diagnosis) fail(f *fault.Error) {
	if d.Verdict == Blocked || d.Verdict == Never {
		d.Warnings = append(d.Warnings, fault.Warning{Code: f.Code, Text: f.Message})
		return
	}
	d.Verdict, d.Code, d.Reason, d.Hint = Blocked, f.Code, f.Message, f.Hint()
	if f.Kind() == fault.Invalid {
		d.Verdict = Never
	}
}

// unknown sets the verdict to Unknown because a read failed.
func (d *Diagnosis) unknown(f *fault.Error) {
	r := awserror.Of(f)
	d.Verdict, d.Code, d.Reason, d.Hint = Unknown, f.Code, awserror.Say(f.Message, f), hintOfLooking(f, r)
	if r.Cause == awserror.NoCredentials {
		d.Code = fault.AccessDenied // nothing was sent to S3, so S3 isn't what is unavailable
	}
}

// Hints for a diagnosis that failed; those of pkg/fault are for a message that did.
const (
	lookAgain    = "It's the looking that failed, so nothing is known of the message. Look again in a while; if it stays so, check AWS's health and the network."
	askForRights = "These credentials may not look at it, so nothing is known of the message. Use credentials with the operator's read-only permissions (docs/runbook.md), or find out what denies it."
)

func hintOfLooking(f *fault.Error, r awserror.Failure) string {
	if r.General() || r.Cause == awserror.NotServed {
		return r.Advice()
	}
	if f.Code == fault.AccessDenied {
		return askForRights
	}
	return lookAgain
}

// unanswered records a question that the account didn't answer. Without the permission
// the question stays open. What may pass, such as throttling, makes the verdict Unknown
// if nothing else is known to stand against the message.
func (d *Diagnosis) unanswered(question string, err error) {
	if !passes(err) || d.Verdict != WouldWork {
		d.Unchecked = append(d.Unchecked, Unchecked{question, err.Error()})
		return
	}
	r := awserror.Of(err)
	d.unknown(fault.Wrap(r.Fault(), err, "%s isn't known", question))
}

// passes reports whether the same question may be answered later, with the same
// permissions.
func passes(err error) bool {
	request, asked := errors.AsType[*smithy.OperationError](err)
	if !asked {
		return false
	}
	cause := awserror.Of(request).Cause
	return cause != awserror.Denied && cause != awserror.NotServed
}
