package main

import (
	"context"
	"errors"
	"fmt"
)

// The exit statuses of all commands. Scripts rely on them: docs/runbook.md.
const (
	statusOK      = 0
	statusFailed  = 1   // the command couldn't do its work
	statusAct     = 2   // done, and there is something to act on
	statusBlocked = 3   // something is blocked or wrong
	statusUsage   = 64  // bad usage or bad input; nothing was done
	statusStopped = 130 // stopped by Ctrl-C; nothing is lost
)

// ended is how a command ends other than well. Its error, if any, is printed.
type ended struct {
	status int
	err    error
	// advice is what to do about it, in a line of its own; may be empty.
	advice string
}

func (e *ended) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *ended) Unwrap() error { return e.err }

// exit ends a command with a status; everything was said already.
func exit(status int) error {
	if status == statusOK {
		return nil
	}
	return &ended{status: status}
}

// usage is an error in how the command was called, or in its input.
func usage(format string, args ...any) error {
	return &ended{status: statusUsage, err: fmt.Errorf(format, args...)}
}

// advise adds what to do about an error.
func advise(err error, advice string) error {
	if err == nil {
		return nil
	}
	return &ended{status: statusOf(err), err: err, advice: advice}
}

// statusOf gives an error its exit status.
func statusOf(err error) int {
	if err == nil {
		return statusOK
	}
	if e, ok := errors.AsType[*ended](err); ok {
		return e.status
	}
	if errors.Is(err, context.Canceled) {
		return statusStopped
	}
	return statusFailed
}
