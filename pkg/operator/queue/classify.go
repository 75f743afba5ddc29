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
	// ErrNoQueue is wrapped in an error if the queue doesn't exist.
	ErrNoQueue = errors.New("the queue doesn't exist")
	// ErrNotHeld is wrapped in the error of a message that isn't held any more, or not
	// by this handle.
	ErrNotHeld = errors.New("the message isn't held any more")
	// ErrRefused is wrapped in the error of a message that SQS refuses for its
	// content: sending it again can't help.
	ErrRefused = errors.New("SQS refuses the message")
)

// failf returns an error with what was being done to which queue.
func (q *Queue) failf(doing operation, format string, args ...any) error {
	return fmt.Errorf("%s queue %s: "+format, append([]any{doing.doing, q.Name()}, args...)...)
}

// classify returns the error of a failed call, with what was being done and the
// permission that is missing.
func (q *Queue) classify(err error, doing operation) error {
	if ended := contextError(err); ended != nil {
		return q.failf(doing, "%w", ended)
	}
	r := awserror.Of(err)
	api, answered := errors.AsType[smithy.APIError](err)
	why, code := r.Explain(doing.action+" on "+q.url), r.Fault()
	if r.General() && r.Cause != awserror.Unreachable {
		return q.failf(doing, "%w", awserror.Plain(err))
	}
	switch r.Cause {
	case awserror.Throttled, awserror.Unavailable:
		why += ": " + r.Text
	}
	switch {
	case strings.HasSuffix(r.Code, "NonExistentQueue") || r.Code == "QueueDoesNotExist":
		return q.failf(doing, "%w (is %s of the right stage, account and Region?)", ErrNoQueue, q.url)
	case code == fault.Internal && answered && (r.Status >= http.StatusInternalServerError || api.ErrorFault() == smithy.FaultServer):
		code = fault.ServiceUnavailable // SQS says so of single entries of a batch, too
	case code == fault.Internal && r.Code == "":
		return q.failf(doing, "%w", err)
	case code == fault.Internal:
		return q.failf(doing, "SQS answered %s", why)
	}
	return &fault.Error{Code: code, Message: q.failf(doing, "%s", why).Error(), Cause: err}
}

// contextError returns the context's error if the call ended with its context.
func contextError(err error) error {
	canceled, ok := errors.AsType[canceled](err)
	for _, ended := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, ended) && (err == ended || ok && canceled.CanceledError()) {
			return ended
		}
	}
	return nil
}

// canceled is the SDK's error of a call whose context ended.
type canceled interface {
	error
	CanceledError() bool
}
