package s3store

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

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
	request string // S3's id of the request, which AWS's support asks for
}

func refusalOf(err error) refusal {
	var r refusal
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		r.code, r.message = api.ErrorCode(), api.ErrorMessage()
	}
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		r.status = response.HTTPStatusCode()
		r.region = response.Response.Header.Get(regionHeader)
		r.request = response.Response.Header.Get("X-Amz-Request-Id")
	}
	return r
}

// redirects reports whether the bucket seems to be in another Region.
func (r refusal) redirects() bool {
	switch r.code {
	case "PermanentRedirect", "TemporaryRedirect", "Redirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
		return true
	}
	return r.status == http.StatusMovedPermanently || r.status == http.StatusTemporaryRedirect
}

// denies reports whether AWS denied access: a permission is missing, or the bucket is
// another account's. Other 403s are about the caller's account, credentials or clock,
// and say nothing of the bucket. An answer without a body has no code of AWS's.
func (r refusal) denies() bool {
	switch r.code {
	case "AccessDenied", "AccessDeniedException", "AllAccessDisabled":
		return true
	case "", "Forbidden":
		return r.status == http.StatusForbidden
	}
	return false
}

// ofCaller are AWS's codes that are about the caller, whatever was asked
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/CommonErrors.html).
var ofCaller = map[string]fault.Code{
	"NotSignedUp": fault.AccountProblem, "AccountProblem": fault.AccountProblem, "InvalidPayer": fault.AccountProblem,
	"UnauthorizedAccess": fault.AccountProblem, "OptInRequired": fault.AccountProblem, "SubscriptionRequiredException": fault.AccountProblem,

	"InvalidAccessKeyId": fault.CredentialsRefused, "SignatureDoesNotMatch": fault.CredentialsRefused, "ExpiredToken": fault.CredentialsRefused,
	"InvalidToken": fault.CredentialsRefused, "TokenRefreshRequired": fault.CredentialsRefused, "InvalidSecurity": fault.CredentialsRefused,
	"ExpiredTokenException": fault.CredentialsRefused, "UnrecognizedClientException": fault.CredentialsRefused, "InvalidClientTokenId": fault.CredentialsRefused,
	"IncompleteSignature": fault.CredentialsRefused, "InvalidSignatureException": fault.CredentialsRefused, "MissingAuthenticationToken": fault.CredentialsRefused,

	"RequestTimeTooSkewed": fault.ClockSkewed, "RequestExpired": fault.ClockSkewed, "RequestInTheFuture": fault.ClockSkewed,
}

// refuses reports whether an answer that is no fault of AWS's own, such as a 500, refuses
// the request as such, so that the same request would be refused again. A page without
// one of AWS's codes is a proxy's.
func (r refusal) refuses() bool {
	return r.code != "" && r.status >= 400
}

// classify returns S3's error as a *fault.Error with its code. A refusal that isn't
// listed is RequestRefused, which has AWS's words. Any other unknown error is Internal,
// which is transient: its message is retried and at last a dead letter.
func classify(err error, doing string, args ...any) error {
	return wrap(codeOf(err), err, doing, args...)
}

// wrap returns a *fault.Error whose text has what was being done and what S3
// answered, without the SDK's additions: operators and consumers read it.
func wrap(code fault.Code, err error, doing string, args ...any) error {
	if code == fault.DeadlineExceeded {
		return fault.Wrap(code, err, doing, args...)
	}
	said := err.Error()
	switch r := refusalOf(err); {
	case r.status >= 200 && r.status < 300:
		said = fmt.Sprintf("S3 answered %d, but the answer couldn't be read: %v (request %s)", r.status, errors.Unwrap(err), r.request)
	case r.status != 0:
		said = fmt.Sprintf("S3 answered %d %s: %s (request %s)", r.status, r.code, r.message, r.request)
	}
	return &fault.Error{Code: code, Message: fmt.Sprintf(doing, args...) + ": " + said, Cause: err}
}

func codeOf(err error) fault.Code {
	// Only if ctx ended: a dial or an answer that took too long is S3's failure.
	if canceled, ok := errors.AsType[interface {
		error
		CanceledError() bool
	}](err); ok && canceled.CanceledError() {
		return fault.DeadlineExceeded
	}
	if r := refusalOf(err); r.status >= 300 || r.code != "" {
		return r.faultCode()
	}
	return fault.ServiceUnavailable // the connection failed before or within the answer
}

// faultCode returns the code of an answer that isn't a success.
func (r refusal) faultCode() fault.Code {
	switch r.code {
	case "OperationAborted", "ConditionalRequestConflict":
		return fault.OperationConflict
	case "NoSuchBucket":
		// Configuration is eventually consistent: a new bucket isn't seen everywhere at once.
		return fault.OperationConflict
	case "TooManyBuckets":
		return fault.BucketQuotaExceeded
	case "RequestTimeout", "IncompleteBody", "BadDigest": // a 400: a request didn't arrive as it was sent
		return fault.ServiceUnavailable
	}
	if code, ok := ofCaller[r.code]; ok {
		return code
	}
	_, throttled := retry.DefaultThrottleErrorCodes[r.code]
	switch {
	case throttled, r.status == http.StatusTooManyRequests:
		return fault.Throttled
	case r.status >= 500:
		return fault.ServiceUnavailable
	case r.denies():
		return fault.AccessDenied
	case r.refuses():
		return fault.RequestRefused
	}
	return fault.Internal
}

// classifyPolicy is classify for the errors of PutBucketPolicy.
func classifyPolicy(err error, doing string, args ...any) error {
	r := refusalOf(err)
	code := codeOf(err)
	switch {
	case r.code == "MalformedPolicy" && containsFold(r.message, "invalid principal"):
		// S3 has one code for every fault of a policy; only the text has the reason
		// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html).
		code = fault.ClientUserNotFound
	case r.code == "MalformedPolicy":
		code = fault.PolicyConflict
	case r.code == "PolicyTooLarge":
		code = fault.PolicyTooLarge
	case code == fault.AccessDenied && containsFold(r.message, "BlockPublicPolicy"):
		// AccessDenied names the setting if a public access block refused the policy
		// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
		code = fault.PublicPolicyBlocked
	}
	return wrap(code, err, doing, args...)
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
