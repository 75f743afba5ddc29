package lambdasim

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrClosed is returned by Invoke once Close has been called, also for invocations that Close cut short.
var ErrClosed = errors.New("the function's environments are closed")

// ErrPayloadTooLarge is returned by Invoke, without invoking, for an event of more than MaxPayloadBytes.
var ErrPayloadTooLarge = errors.New("the event is larger than Lambda accepts")

// FunctionError is an error that the function itself reported; its process may go on working.
// The fields are the error document of the Runtime API.
type FunctionError struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// Error returns the error's type and message as the function reported them.
func (e *FunctionError) Error() string {
	return fmt.Sprintf("the function reported %s: %s", e.Type, e.Message)
}

// CrashError says that the process ended in the middle of an invocation, which Lambda calls Runtime.ExitError.
type CrashError struct {
	RequestID string
	Exit      string   // how it ended, like "exit status 2" or "signal: killed"
	LastLines []string // the last lines that the process wrote, oldest first
}

// Error says that the process ended during the invocation, with its last log lines.
func (e *CrashError) Error() string {
	return fmt.Sprintf("invocation %s: the process ended: %s%s", e.RequestID, e.Exit, quoteLines(e.LastLines))
}

// TimeoutError says that the invocation reached its deadline and the process was killed, as Lambda resets a sandbox.
type TimeoutError struct {
	RequestID string
	After     time.Duration
	LastLines []string // the last lines that the process wrote, oldest first
}

// Error says which timeout ended the process, with its last log lines.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("invocation %s: timed out after %v, the process was killed%s", e.RequestID, e.After, quoteLines(e.LastLines))
}

// InitError says that the process never asked for its first invocation, in each of two attempts. Nothing was invoked.
type InitError struct {
	Reason    string   // of the last attempt: an exit, a posted init error, or too much time
	LastLines []string // the last lines that the process wrote in the last attempt, oldest first
	Err       error    // what the process posted (*FunctionError), or why it couldn't be started; may be nil
}

// Error says why the process couldn't start, with its last log lines.
func (e *InitError) Error() string {
	return fmt.Sprintf("start the function: %s%s", e.Reason, quoteLines(e.LastLines))
}

// Unwrap returns what the process posted to init/error, or the operating system's error.
func (e *InitError) Unwrap() error { return e.Err }

func quoteLines(lines []string) string {
	if len(lines) == 0 {
		return " (it wrote no log lines)"
	}
	return "; its last log lines:\n\t" + strings.Join(lines, "\n\t")
}
