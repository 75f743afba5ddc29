package buckets

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// codeOf is S3's code of an error, empty if there was no answer.
func codeOf(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// classify gives S3's error its class, and names the permission if it was denied.
func classify(err error, action, name, doing string) error {
	r := awserror.Of(err)
	text := fmt.Sprintf("%s: %s", doing, r.Why(action+on(name), ""))
	if r.Cause == awserror.Denied {
		text += ": " + r.Text
	}
	return &fault.Error{Code: faultOf(err, r), Message: text, Cause: err}
}

func on(name string) string {
	if name == "" {
		return ""
	}
	return " on bucket " + name
}

func faultOf(err error, r awserror.Refusal) fault.Code {
	if ended, ok := errors.AsType[interface {
		error
		CanceledError() bool
	}](err); ok && ended.CanceledError() {
		return fault.DeadlineExceeded
	}
	switch r.Code {
	case "OperationAborted", "NoSuchBucket":
		return fault.OperationConflict
	}
	switch r.Cause {
	case awserror.Denied, awserror.NoCredentials, awserror.Expired, awserror.Rejected, awserror.Skewed:
		return fault.AccessDenied
	case awserror.Throttled:
		return fault.Throttled
	case awserror.Unavailable, awserror.Unreachable, awserror.TimedOut:
		return fault.ServiceUnavailable
	}
	return fault.Internal
}
