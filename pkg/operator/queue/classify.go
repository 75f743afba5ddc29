package queue

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
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
	a := answerOf(err)
	fail := func(as fault.Code, format string, args ...any) error {
		return &fault.Error{Code: as, Message: q.failf(doing, format, args...).Error(), Cause: err}
	}
	switch {
	case strings.HasSuffix(a.code, "NonExistentQueue") || a.code == "QueueDoesNotExist":
		return q.failf(doing, "%w (is %s of the right stage, account and Region?)", ErrNoQueue, q.url)
	case slices.Contains(unusableCredentials, a.code):
		return q.failf(doing, "AWS refuses the credentials: %s", a)
	case throttles.IsErrorThrottle(err) == aws.TrueTernary || a.status == http.StatusTooManyRequests:
		return fail(fault.Throttled, "%s", a)
	case strings.HasPrefix(a.code, "AccessDenied") || a.status == http.StatusForbidden:
		return fail(fault.AccessDenied, "needs permission %s on %s: %s", doing.action, q.url, a)
	case a.status >= 500 || a.fault == smithy.FaultServer:
		return fail(fault.ServiceUnavailable, "SQS answered %s", a)
	case a != answer{}:
		return q.failf(doing, "SQS answered %s", a)
	}
	if why := unreachable(err); why != nil {
		return fail(fault.ServiceUnavailable, "SQS can't be reached: %s", safetext.Line(why.Error(), maxShown))
	}
	return q.failf(doing, "%w", err)
}

var throttles = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

// unusableCredentials are the codes with which AWS refuses credentials before it looks at permissions
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html).
var unusableCredentials = []string{
	"ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidSecurity",
	"SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
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

// answer is what SQS said; the zero value if it said nothing.
type answer struct {
	status     int
	code, said string
	fault      smithy.ErrorFault
}

// String is made safe for a terminal: the text may be anybody's.
func (a answer) String() string {
	return strings.TrimSpace(safetext.Line(a.code, maxShown) + ": " + safetext.Line(a.said, maxShown))
}

func answerOf(err error) answer {
	var a answer
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		a.code, a.said, a.fault = api.ErrorCode(), api.ErrorMessage(), api.ErrorFault()
	}
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && response.Response != nil {
		a.status = response.HTTPStatusCode()
	}
	return a
}

// unreachable gives why the call found no server; nil if that isn't why it
// failed. Looking for credentials asks other servers, whose absence says
// nothing of SQS.
func unreachable(err error) error {
	for e := err; ; {
		operation, ok := errors.AsType[*smithy.OperationError](e)
		if !ok {
			break
		}
		if operation.Service() != "SQS" {
			return nil
		}
		e = operation.Unwrap()
	}
	if send, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		return send.Err
	}
	return nil
}

// maxShown is how much of a foreign text an error has in it.
const maxShown = 300
