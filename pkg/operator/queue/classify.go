package queue

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// operation is what is being done to a queue.
type operation struct {
	doing  string // "receive from %s": with the queue's name
	action string // what IAM calls the right to it
}

var (
	receiving = operation{"receive from", "sqs:ReceiveMessage"}
	counting  = operation{"count the messages of", "sqs:GetQueueAttributes"}
	sending   = operation{"send to", "sqs:SendMessage"}
	deleting  = operation{"delete from", "sqs:DeleteMessage"}
	releasing = operation{"make messages visible again in", "sqs:ChangeMessageVisibility"}
	holding   = operation{"go on holding messages of", "sqs:ChangeMessageVisibility"}
)

var (
	// ErrNoQueue is in an error if the queue doesn't exist.
	ErrNoQueue = errors.New("the queue doesn't exist")
	// ErrNotHeld is in the error of a message that isn't held (any more), or not by this handle.
	ErrNotHeld = errors.New("the message isn't held any more")
	// ErrRefused is in the error of a message that SQS refuses for what it is:
	// sending it again can't help.
	ErrRefused = errors.New("SQS refuses the message")
)

// failf is an error that says what was being done to which queue.
func (q *Queue) failf(doing operation, format string, args ...any) error {
	return fmt.Errorf("%s queue %s: "+format, append([]any{doing.doing, q.Name()}, args...)...)
}

// classify says of a call's failure what was being done, why it failed, and
// which permission is missing.
func (q *Queue) classify(err error, doing operation) error {
	if ended := contextError(err); ended != nil {
		return q.failf(doing, "%w", ended)
	}
	r := awserror.Of(err)
	said := strings.TrimSpace(r.Code + ": " + r.Text)
	fail := func(as fault.Code, format string, args ...any) error {
		return &fault.Error{Code: as, Message: q.failf(doing, format, args...).Error(), Cause: err}
	}
	switch {
	case strings.HasSuffix(r.Code, "NonExistentQueue") || r.Code == "QueueDoesNotExist":
		return q.failf(doing, "%w (is %s of the right stage, account and Region?)", ErrNoQueue, q.url)
	case r.Cause == awserror.Denied:
		return fail(fault.AccessDenied, "needs permission %s on %s: %s", doing.action, q.url, said)
	case r.Cause == awserror.Throttled:
		return fail(fault.Throttled, "%s", said)
	case r.Cause == awserror.Unavailable || r.Status >= http.StatusInternalServerError || serversFault(err):
		return fail(fault.ServiceUnavailable, "SQS answered %s", said)
	case r.Cause == awserror.Expired || r.Cause == awserror.Rejected || r.Cause == awserror.Skewed:
		return q.failf(doing, "AWS refuses the credentials: %s", said)
	case r.Cause == awserror.Unreachable || r.Cause == awserror.TimedOut:
		return fail(fault.ServiceUnavailable, "SQS can't be reached: %s", r.Text)
	case r.Cause == awserror.NoCredentials || r.Code == "":
		return q.failf(doing, "%w", err)
	}
	return q.failf(doing, "SQS answered %s", said)
}

// serversFault tells whether SQS says of itself that it failed, as it does of
// single entries of a batch.
func serversFault(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorFault() == smithy.FaultServer
}

// contextError gives the context's error if the call ended with its context.
func contextError(err error) error {
	for _, ended := range []error{context.Canceled, context.DeadlineExceeded} {
		var canceled interface {
			error
			CanceledError() bool
		}
		if errors.Is(err, ended) && (err == ended || errors.As(err, &canceled) && canceled.CanceledError()) {
			return ended
		}
	}
	return nil
}
