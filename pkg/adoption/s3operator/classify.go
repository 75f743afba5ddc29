package s3operator

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/account/refusal"
	"github.com/fusionpos/orgbucket/pkg/fault"
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
	r := refusal.Of(err)
	text := fmt.Sprintf("%s: %s", doing, r.Why(action+on(name), ""))
	if r.Cause == refusal.Denied {
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

func faultOf(err error, r refusal.Refusal) fault.Code {
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
	case refusal.Denied, refusal.NoCredentials, refusal.Expired, refusal.Rejected, refusal.Skewed:
		return fault.AccessDenied
	case refusal.Throttled:
		return fault.Throttled
	case refusal.Unavailable, refusal.Unreachable, refusal.TimedOut:
		return fault.ServiceUnavailable
	}
	return fault.Internal
}
