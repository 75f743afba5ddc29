package cli

import (
	"context"
	"errors"
	"fmt"
)

// The exit statuses of all commands. Scripts rely on them: docs/runbook.md.
const (
	StatusOK      = 0
	StatusFailed  = 1   // the command couldn't do its work
	StatusAct     = 2   // done, and there is something to act on
	StatusBlocked = 3   // something is blocked or wrong
	StatusUsage   = 64  // bad usage or bad input; nothing was done
	StatusStopped = 130 // stopped by Ctrl-C; nothing is lost
)

// Ended is the error of a command that ends with another status than 0. Its Err,
// if any, is printed.
type Ended struct {
	Status int
	Err    error
	// Advice is what to do about it, in a line of its own; may be empty.
	Advice string
}

// Error returns why the command ended so.
func (e *Ended) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Status)
	}
	return e.Err.Error()
}

// Unwrap returns the cause, nil if there is none.
func (e *Ended) Unwrap() error { return e.Err }

// Exit returns the error that ends a command with a status and without a text.
func Exit(status int) error {
	if status == StatusOK {
		return nil
	}
	return &Ended{Status: status}
}

// Either is err, or else the exit status.
func Either(err error, status int) error {
	if err != nil {
		return err
	}
	return Exit(status)
}

// Usage is an error in how the command was called, or in its input.
func Usage(format string, args ...any) error {
	return &Ended{Status: StatusUsage, Err: fmt.Errorf(format, args...)}
}

// Advise adds to an error what to do about it.
func Advise(err error, advice string) error {
	if err == nil {
		return nil
	}
	return &Ended{Status: StatusOf(err), Err: err, Advice: advice}
}

// StatusOf returns the exit status of a command that returned err.
func StatusOf(err error) int {
	if err == nil {
		return StatusOK
	}
	if e, ok := errors.AsType[*Ended](err); ok {
		return e.Status
	}
	if errors.Is(err, context.Canceled) {
		return StatusStopped
	}
	return StatusFailed
}
