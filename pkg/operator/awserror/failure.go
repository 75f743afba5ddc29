// Package awserror classifies the errors of requests to AWS, by what an operator has
// to do about them. It's one classification for all services, whose codes for the
// same cause differ.
package awserror

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// Cause is why a request failed.
type Cause string

// The causes.
const (
	Denied        Cause = "denied"         // the credentials lack the permission
	NoCredentials Cause = "no credentials" // none were found, or they couldn't be fetched
	Expired       Cause = "expired"        // the credentials were good once
	Rejected      Cause = "rejected"       // AWS doesn't know the credentials, or the signature is wrong
	Account       Cause = "account"        // AWS refuses the account: not signed up, a Region that isn't enabled, a bill
	Skewed        Cause = "skewed"         // this machine's clock is too far off
	NoRegion      Cause = "no region"      // no Region is set
	Unreachable   Cause = "unreachable"    // the endpoint can't be reached
	TimedOut      Cause = "timed out"      // it took too long
	Throttled     Cause = "throttled"      // too many requests
	Unavailable   Cause = "unavailable"    // the service has a fault
	NotServed     Cause = "not served"     // what is at the endpoint doesn't know this service or operation
	WrongRegion   Cause = "wrong region"   // the request was signed for another Region
	Other         Cause = "other"          // see the code and the text
)

// Failure is a request's error in its parts.
type Failure struct {
	Cause  Cause
	Status int    // HTTP's; 0 if nothing came back
	Code   string // the service's; may be empty
	Text   string // what the service or the SDK says, safe to show and short
}

// General reports whether any other request would have failed, too: the cause is in the
// credentials, this machine or its settings.
func (r Failure) General() bool {
	return slices.Contains([]Cause{NoCredentials, Expired, Rejected, Account, Skewed, NoRegion, WrongRegion, Unreachable}, r.Cause)
}

// codes are the services' names for the causes
// (https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the services' own lists).
var codes = map[Cause][]string{
	Denied: {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException", "UnauthorizedOperation", "NotAuthorized",
		"AllAccessDisabled", "Forbidden", "AWS.SimpleQueueService.AccessDenied"},
	Expired: {"ExpiredToken", "ExpiredTokenException"},
	Rejected: {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "InvalidSignatureException", "SignatureDoesNotMatch",
		"IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException", "InvalidToken", "TokenRefreshRequired", "AuthFailure", "InvalidSecurity"},
	Account:     {"NotSignedUp", "AccountProblem", "InvalidPayer", "UnauthorizedAccess", "OptInRequired", "SubscriptionRequiredException"},
	Skewed:      {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"},
	WrongRegion: {"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException"},
	TimedOut:    {"RequestTimeout"}, // S3 waited in vain for the rest of a request
	NotServed: {"NotImplemented", "UnknownOperationException", "UnknownOperation", "InvalidAction", "UnsupportedOperation", "MethodNotAllowed",
		"InvalidActionException", "UnknownAction"},
	Throttled: {"TooManyRequestsException", "RequestThrottled", "KMS.ThrottlingException"},
}

var throttles = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

// Of returns the failure of a request that ended with err, which must not be nil.
func Of(err error) Failure {
	if p, ok := errors.AsType[plain](err); ok {
		err = p.error
	}
	if request, ok := errors.AsType[*smithy.OperationError](err); ok {
		err = request // without what it was wrapped in
	}
	r := Failure{Text: short(err.Error())}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		r.Code, r.Text = safetext.Line(api.ErrorCode(), maxCode), short(api.ErrorMessage())
	}
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && response.Response != nil {
		r.Status = response.HTTPStatusCode()
	}
	r.Cause = r.cause(err)
	if send, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok && r.Code == "" {
		r.Text = short(send.Err.Error()) // without the SDK's prefixes
	}
	if r.Cause == NoCredentials {
		why := whyNone(err)
		if r.Code != "" { // of the source of credentials
			why += " (" + strings.TrimSuffix(r.Code+": "+r.Text, ": ") + ")"
		}
		r.Text = short(why)
	}
	return r
}

// Code returns AWS's code of an error; empty if there was no error or no answer.
func Code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// The SDK's prefixes of a request's error, and of its lack of credentials.
const (
	ofRequest  = "operation error "
	ofIdentity = "get identity: "
)

// whyNone returns why there are no credentials, without the sources that the SDK
// has tried and the steps in between.
func whyNone(err error) string {
	_, why, _ := strings.Cut(err.Error(), ofIdentity)
	for _, step := range []string{"get credentials: ", "failed to refresh cached credentials, "} {
		why = strings.TrimPrefix(why, step)
	}
	why, _, _ = strings.Cut(why, ", "+ofRequest)
	return why
}

// Plain returns err in an operator's words, without the SDK's steps. If any other request
// would have failed as well, that is what it says.
func Plain(err error) error {
	text := Say(err.Error(), err)
	if text == err.Error() {
		return err
	}
	return plain{text, err}
}

// Say returns text, which tells of err, in an operator's words: see [Plain].
func Say(text string, err error) string {
	if !IsAnswer(err) {
		return text
	}
	r := Of(err)
	why := r.Why("")
	before, _, raw := strings.Cut(text, ofRequest)
	switch {
	case raw:
		return before + why
	case r.General() && !strings.Contains(text, why):
		return why
	}
	return text
}

// IsAnswer reports whether err is that of a request to AWS.
func IsAnswer(err error) bool {
	_, is := errors.AsType[*smithy.OperationError](err)
	return is
}

// plain is an error with another text.
type plain struct {
	words string
	error
}

func (p plain) Error() string { return p.words }
func (p plain) Unwrap() error { return p.error }

func (r Failure) cause(err error) Cause {
	// A code or a status may be that of a source of credentials, not the service's.
	if strings.Contains(err.Error(), ofIdentity) && !slices.Contains(codes[Expired], r.Code) {
		return withoutAnswer(err)
	}
	for cause, all := range codes {
		if slices.Contains(all, r.Code) {
			return cause
		}
	}
	switch {
	case r.Code == "UnknownError" || r.Code == "" && r.Status != 0:
		return r.ofStatus()
	case throttles.IsErrorThrottle(err) == aws.TrueTernary || r.Status == http.StatusTooManyRequests:
		return Throttled
	case r.Status >= http.StatusInternalServerError:
		return Unavailable
	case r.Code != "":
		return Other
	}
	return withoutAnswer(err)
}

// ofStatus returns the cause of an answer without a code. All services of AWS send
// one: another server answered, such as a local one for other services, or a proxy.
func (r Failure) ofStatus() Cause {
	switch {
	case r.Status == http.StatusTooManyRequests:
		return Throttled
	case r.Status == http.StatusForbidden:
		return Denied
	case r.Status == http.StatusBadGateway, r.Status == http.StatusServiceUnavailable, r.Status == http.StatusGatewayTimeout:
		return Unavailable
	}
	return NotServed
}

// withoutAnswer returns the cause of an error that isn't an answer.
func withoutAnswer(err error) Cause {
	switch said := err.Error(); {
	// The SDK failed before it sent a request. It has no types for that, only these
	// texts, which a test holds.
	case strings.Contains(said, "Invalid Configuration: Missing Region"):
		return NoRegion
	case strings.Contains(said, ofIdentity):
		return NoCredentials
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return TimedOut
	}
	if network, ok := errors.AsType[net.Error](err); ok && network.Timeout() {
		return TimedOut
	}
	if _, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		return Unreachable
	}
	if _, ok := errors.AsType[*smithy.DeserializationError](err); ok {
		return NotServed
	}
	return Other
}
