// Package fault names the ways in which provisioning an organization's bucket
// can fail, and the warnings and findings about it. An adapter (package s3store,
// package outcome) classifies an error once, where most is known about it. Redelivery
// delay, outcome, log line and the operators' tool read the code and never the text.
package fault

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// Kind says who can resolve a failure, and so what happens to the message.
type Kind string

// The three kinds of failure.
const (
	// Invalid: the message can never succeed, whatever anybody does. It is
	// redelivered at once, so that it reaches the dead-letter queue in seconds.
	Invalid Kind = "invalid"
	// Blocked: a person has to act, or another part of signup isn't done yet.
	// It is redelivered with growing delays.
	Blocked Kind = "blocked"
	// Transient: the same message may succeed on its next delivery. Unforeseen
	// errors are transient, so that their messages are never acknowledged.
	Transient Kind = "transient"
)

// Step is the step at which a record failed, as outcomes and log lines name it.
type Step string

// The steps, in the order in which a record passes through them.
const (
	StepHandle      Step = "handle" // the delivery as a whole
	StepParse       Step = "parse"
	StepObserve     Step = "observe"
	StepSearch      Step = "search"
	StepCreate      Step = "create"
	StepClaim       Step = "claim"
	StepAccessBlock Step = "publicAccessBlock"
	StepFolder      Step = "folder"
	StepPolicy      Step = "policy"
	StepPublish     Step = "publish"
)

// Error is a classified failure.
type Error struct {
	// Code is the class.
	Code Code
	// Step is where it happened; empty until At sets it.
	Step Step
	// Message says what was being done to what and why it failed. It is
	// published to consumers: no secrets, no other organization's data.
	Message string
	// Cause is the error behind it, nil if there is none.
	Cause error
	// Instead is the hint if the code's isn't right for this failure; may be empty.
	Instead string
}

// New returns a classified failure without a cause.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap returns a classified failure with a cause, whose text is appended to the message,
// unless the code says it.
func Wrap(code Code, cause error, format string, args ...any) *Error {
	said := cause.Error()
	if inner, ok := errors.AsType[*Error](cause); ok && inner.Code == code {
		said = inner.Message // don't repeat the code
	} else if code == DeadlineExceeded {
		said = "the time ran out before the answer came" // not the SDK's many words for it
	}
	return &Error{Code: code, Message: fmt.Sprintf(format, args...) + ": " + said, Cause: cause}
}

// Error returns the code and the message.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Kind returns the kind of the failure's code.
func (e *Error) Kind() Kind { return e.Code.Kind() }

// Hint returns what an operator can do about it.
func (e *Error) Hint() string { return cmp.Or(e.Instead, e.Code.Hint()) }

// At returns err as a classified failure at step. A failure that already has a step
// keeps it. At(nil) is nil.
func At(step Step, err error) error {
	if err == nil {
		return nil
	}
	e := *Of(err)
	if e.Step == "" {
		e.Step = step
	}
	return &e
}

// Of returns err as a classified failure, nil only if err is nil. An unclassified
// error is transient: DeadlineExceeded if a context ended, otherwise Internal.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &Error{Code: DeadlineExceeded, Message: err.Error(), Cause: err}
	}
	return &Error{Code: Internal, Message: err.Error(), Cause: err}
}

// Is reports whether err is classified as code.
func Is(err error, code Code) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}
