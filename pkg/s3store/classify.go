package s3store

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// refusal is what S3's answer says; the zero value if there was no answer.
type refusal struct {
	status  int
	code    string
	message string
	region  string // where S3 says the bucket is
}

func refusalOf(err error) refusal {
	var r refusal
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		r.code, r.message = api.ErrorCode(), api.ErrorMessage()
	}
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && response.Response != nil {
		r.status = response.HTTPStatusCode()
		r.region = response.Response.Header.Get(regionHeader)
	}
	return r
}

var throttles = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

// classify gives S3's error its class. What isn't known stays Internal, which is
// transient: it's tried again and reaches the dead-letter queue, never lost.
func classify(err error, doing string, args ...any) error {
	return fault.Wrap(codeOf(err), err, doing, args...)
}

func codeOf(err error) fault.Code {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fault.DeadlineExceeded
	}
	r := refusalOf(err)
	switch r.code {
	case "OperationAborted", "ConditionalRequestConflict":
		return fault.OperationConflict
	case "NoSuchBucket":
		// Configuration is eventually consistent: a new bucket isn't seen everywhere at once.
		return fault.OperationConflict
	case "TooManyBuckets":
		return fault.BucketQuotaExceeded
	}
	switch {
	case throttles.IsErrorThrottle(err) == aws.TrueTernary, r.status == http.StatusTooManyRequests:
		return fault.Throttled
	case r.status >= 500, r == refusal{}: // no answer: the connection failed
		return fault.ServiceUnavailable
	case r.denies():
		return fault.AccessDenied
	}
	return fault.Internal
}

// classifyPolicy is classify for a policy that was refused.
func classifyPolicy(err error, doing string, args ...any) error {
	r := refusalOf(err)
	code := codeOf(err)
	switch {
	case r.code == "MalformedPolicy" && containsFold(r.message, "invalid principal"):
		// S3 has one code for every fault of a policy; only its text tells this one
		// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html).
		code = fault.ClientUserNotFound
	case r.code == "MalformedPolicy":
		code = fault.PolicyConflict
	case code == fault.AccessDenied && containsFold(r.message, "BlockPublicPolicy"):
		// AccessDenied names the setting if a public access block refused the policy
		// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
		code = fault.PublicPolicyBlocked
	}
	return fault.Wrap(code, err, doing, args...)
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
