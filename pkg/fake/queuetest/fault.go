package queuetest

import (
	"cmp"
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Call is a call that a fake got.
type Call struct {
	Operation string // as SQS names it
	Entries   int    // of a batch
}

// Fault is how a call fails; with the zero value it succeeds.
type Fault struct {
	// Before fails the call, and nothing is done.
	Before error
	// After fails the call when everything is done: the answer was lost.
	After error
	// Entries fails those entries of a batch for which it returns a refusal.
	Entries func(i int) *types.BatchResultErrorEntry
}

func (f Fault) entry(i int) *types.BatchResultErrorEntry {
	if f.Entries == nil {
		return nil
	}
	return f.Entries(i)
}

// Unavailable is SQS's 503.
func Unavailable() error {
	return apiError(http.StatusServiceUnavailable, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.")
}

// Answered is an answer of SQS's with a code.
func Answered(status int, code, said string) error { return apiError(status, code, said) }

// Denied is SQS's refusal for want of a permission.
func Denied() error {
	return apiError(http.StatusForbidden, "AccessDenied", "User is not authorized to perform this operation.")
}

// Busy refuses an entry by no fault of the sender: SQS asks to try again.
func Busy() *types.BatchResultErrorEntry {
	return &types.BatchResultErrorEntry{Code: aws.String("InternalError"), Message: aws.String("try again")}
}

// Refused refuses an entry by the sender's fault.
func Refused() *types.BatchResultErrorEntry {
	return refuse("InvalidMessageContents", "Invalid characters found.")
}

func refuse(code, said string) *types.BatchResultErrorEntry {
	return &types.BatchResultErrorEntry{Code: &code, Message: &said, SenderFault: true}
}

// apiError is an error as the SDK returns it.
func apiError(status int, code, said string) error {
	side := smithy.FaultClient
	if status >= 500 {
		side = smithy.FaultServer
	}
	return &smithy.OperationError{ServiceID: "SQS", OperationName: "Any", Err: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status, Header: http.Header{}}},
		Err:      &smithy.GenericAPIError{Code: code, Message: said, Fault: side},
	}}
}

// ended is the SDK's error of a call whose context ended.
func ended(ctx context.Context) error {
	return &smithy.OperationError{ServiceID: "SQS", OperationName: "Any", Err: &smithy.CanceledError{Err: ctx.Err()}}
}

// On has on be asked before each call how it fails, one call at a time.
func (f *Fake) On(on func(Call) Fault) { f.onCall.Store(&on) }

// call lets a call work or fail.
func (f *Fake) call(ctx context.Context, c Call, url *string, do func(Fault) error) error {
	if aws.ToString(url) != f.URL {
		return apiError(400, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
	}
	var fault Fault
	if on := f.onCall.Load(); on != nil {
		f.asking.Lock()
		fault = (*on)(c)
		f.asking.Unlock()
	}
	if ctx.Err() != nil {
		return ended(ctx)
	}
	if fault.Before != nil {
		return fault.Before
	}
	return cmp.Or(fault.After, do(fault))
}
