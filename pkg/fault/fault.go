// Package fault names the ways in which provisioning an organization's bucket
// can fail. An adapter classifies an error once, where it knows the most about
// it; everything after that (redelivery delay, outcome, log line, operators'
// tool) reads the class and never the text.
package fault

import (
	"context"
	"errors"
	"fmt"
)

// Kind says who can mend a failure, and so what happens to the message.
type Kind string

// The three kinds of failure.
const (
	// Invalid: the message can never work, whoever does what. It is redelivered
	// at once, so that it reaches the dead-letter queue in seconds.
	Invalid Kind = "invalid"
	// Blocked: a person has to act, or another part of signup isn't done yet.
	// It is redelivered with growing delays.
	Blocked Kind = "blocked"
	// Transient: the same message may well work on the next delivery. Errors
	// that nobody foresaw are transient, so that they are never acknowledged.
	Transient Kind = "transient"
)

// Step is the station at which a record failed, as outcomes and log lines name it.
type Step string

// The steps, in the order in which a record passes through them.
const (
	StepHandle      Step = "handle" // the delivery as a whole
	StepParse       Step = "parse"
	StepObserve     Step = "observe"
	StepCreate      Step = "create"
	StepAccessBlock Step = "publicAccessBlock"
	StepFolder      Step = "folder"
	StepPolicy      Step = "policy"
	StepPublish     Step = "publish"
)

// Error is a classified failure.
type Error struct {
	// Code is the class.
	Code Code
	// Step is where it happened; empty until the caller that knows sets it.
	Step Step
	// Message says what was being done to what and why it failed. It is
	// published to consumers: no secrets, no other organization's data.
	Message string
	// Cause is the error behind it, nil if there is none.
	Cause error
}

// New returns a classified failure without a cause.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap returns a classified failure with a cause, whose text is appended to the message.
func Wrap(code Code, cause error, format string, args ...any) *Error {
	said := cause.Error()
	if inner, ok := errors.AsType[*Error](cause); ok && inner.Code == code {
		said = inner.Message // the code is said once
	}
	return &Error{Code: code, Message: fmt.Sprintf(format, args...) + ": " + said, Cause: cause}
}

// Error gives the code and the message.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Kind is the kind of the failure's code.
func (e *Error) Kind() Kind { return e.Code.Kind() }

// Hint tells an operator what to do about it.
func (e *Error) Hint() string { return e.Code.Hint() }

// At returns err as a classified failure at step. A failure that has a step
// already keeps it: the innermost caller knows best. At(nil) is nil.
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

// Of returns err as a classified failure, never nil for a non-nil err. What
// nobody classified is transient: a context that ended is DeadlineExceeded,
// everything else Internal.
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

// Is tells whether err is classified as code.
func Is(err error, code Code) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}
