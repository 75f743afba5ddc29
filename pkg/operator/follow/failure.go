package follow

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// failure is a call that failed, in the words of the operator.
type failure struct {
	doing, why string
	cause      error
}

func (f *failure) Error() string { return f.doing + ": " + f.why }

func (f *failure) Unwrap() error { return f.cause }

// failed says of a call what was being done, why it failed, and which permission
// is missing.
func failed(err error, doing, permission string) error {
	r := awserror.Of(err)
	why := r.Why(permission)
	if r.Cause == awserror.Denied {
		why += " (" + r.Text + ")"
	}
	return &failure{doing, why, err}
}

// isRefused tells whether it's certain that a call has done nothing: AWS said no,
// or it wasn't asked.
func isRefused(err error) bool {
	switch r := awserror.Of(err); r.Cause {
	case awserror.Denied, awserror.NoCredentials, awserror.Expired, awserror.Rejected, awserror.Skewed, awserror.NoRegion:
		return true
	case awserror.NotServed, awserror.Other:
		return r.Code != "" && r.Code != "UnknownError"
	}
	return false
}

// isAbsent tells whether SQS or SNS says that what is asked for doesn't exist.
func isAbsent(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	code := api.ErrorCode()
	return code == "NotFound" || code == "QueueDoesNotExist" || strings.HasSuffix(code, "NonExistentQueue")
}

// joined gives the errors that there are in one line.
func joined(first, second error) error {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	}
	return fmt.Errorf("%w; and %w", first, second)
}
