package buckets

import (
	"errors"
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// classify returns S3's error with its code and, if it was denied, the permission.
func classify(err error, action, name, doing string) error {
	if name != "" {
		action += " on bucket " + name
	}
	r := awserror.Of(err)
	code := r.Fault()
	if ended, ok := errors.AsType[interface {
		error
		CanceledError() bool
	}](err); ok && ended.CanceledError() {
		code = fault.DeadlineExceeded
	} else if r.Code == "OperationAborted" || r.Code == "NoSuchBucket" {
		code = fault.OperationConflict
	}
	return &fault.Error{Code: code, Message: fmt.Sprintf("%s: %s", doing, r.Explain(action)), Cause: err}
}
