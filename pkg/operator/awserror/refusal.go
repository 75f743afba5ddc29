// Package awserror tells why AWS, or the way to it, didn't answer a question of an
// operator's. It's one classification for all services: their codes for the same
// thing differ, and what an operator has to do about it doesn't.
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

// Cause is why there was no answer.
type Cause string

// The causes.
const (
	Denied        Cause = "denied"         // the credentials lack the permission
	NoCredentials Cause = "no credentials" // none were found, or they couldn't be fetched
	Expired       Cause = "expired"        // the credentials were good once
	Rejected      Cause = "rejected"       // AWS doesn't know the credentials, or the signature is wrong
	Skewed        Cause = "skewed"         // this machine's clock is too far off to be believed
	NoRegion      Cause = "no region"      // no Region is set
	Unreachable   Cause = "unreachable"    // the endpoint can't be reached
	TimedOut      Cause = "timed out"      // it took too long
	Throttled     Cause = "throttled"      // too many requests
	Unavailable   Cause = "unavailable"    // the service has a fault
	NotServed     Cause = "not served"     // what is at the endpoint doesn't know this service or operation
	Other         Cause = "other"          // see the code and the text
)

// Refusal is why a request had no answer.
type Refusal struct {
	Cause  Cause
	Status int    // HTTP's; 0 if nothing came back
	Code   string // the service's; may be empty
	Text   string // what the service or the SDK says, safe to show and short
}

// codes are the services' names for the causes
// (https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the services' own lists).
var codes = map[Cause][]string{
	Denied: {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException", "UnauthorizedOperation", "NotAuthorized",
		"AllAccessDisabled", "Forbidden", "AWS.SimpleQueueService.AccessDenied"},
	Expired: {"ExpiredToken", "ExpiredTokenException"},
	Rejected: {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "InvalidSignatureException", "SignatureDoesNotMatch",
		"IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException", "InvalidToken", "OptInRequired", "AuthFailure", "InvalidSecurity"},
	Skewed:   {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"},
	TimedOut: {"RequestTimeout"}, // S3 waited in vain for the rest of a request
	NotServed: {"NotImplemented", "UnknownOperationException", "UnknownOperation", "InvalidAction", "UnsupportedOperation", "MethodNotAllowed",
		"InvalidActionException", "UnknownAction"},
	Throttled: {"TooManyRequestsException", "RequestThrottled", "KMS.ThrottlingException"},
}

var throttles = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

// Of tells why a request that ended with err had no answer. err must not be nil.
func Of(err error) Refusal {
	if p, ok := errors.AsType[plain](err); ok {
		err = p.error
	}
	if request, ok := errors.AsType[*smithy.OperationError](err); ok {
		err = request // whatever it was wrapped in
	}
	r := Refusal{Text: short(err.Error())}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		r.Code, r.Text = safetext.Line(api.ErrorCode(), maxCode), short(api.ErrorMessage())
	}
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && response.Response != nil {
		r.Status = response.HTTPStatusCode()
	}
	r.Cause = r.cause(err)
	if send, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok && r.Code == "" {
		r.Text = short(send.Err.Error()) // without the SDK's way to it
	}
	if r.Cause == NoCredentials {
		why := whyNone(err)
		if r.Code != "" { // of whoever was asked for credentials
			why += " (" + strings.TrimSuffix(r.Code+": "+r.Text, ": ") + ")"
		}
		r.Text = short(why)
	}
	return r
}

// How the SDK's errors begin to tell of a request, and of credentials for it.
const (
	ofRequest  = "operation error "
	ofIdentity = "get identity: "
)

// whyNone is the gist of why there are no credentials: the SDK names each source
// that it has tried, and every step on the way.
func whyNone(err error) string {
	_, why, _ := strings.Cut(err.Error(), ofIdentity)
	for _, step := range []string{"get credentials: ", "failed to refresh cached credentials, "} {
		why = strings.TrimPrefix(why, step)
	}
	why, _, _ = strings.Cut(why, ", "+ofRequest)
	return why
}

// Plain is err, but of a request that had no credentials it says just that instead
// of the SDK's whole way to them.
func Plain(err error) error {
	r := Of(err)
	if r.Cause != NoCredentials {
		return err
	}
	before, _, unworded := strings.Cut(err.Error(), ofRequest)
	if !unworded {
		return err
	}
	return plain{before + r.Why("", ""), err}
}

// plain is an error in other words.
type plain struct {
	words string
	error
}

func (p plain) Error() string { return p.words }
func (p plain) Unwrap() error { return p.error }

func (r Refusal) cause(err error) Cause {
	// Whoever was asked for credentials may have answered with a code or a status:
	// that isn't the service's answer.
	if strings.Contains(err.Error(), ofIdentity) && !slices.Contains(codes[Expired], r.Code) {
		return ofTheWay(err)
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
	return ofTheWay(err)
}

// ofStatus judges an answer without a code. Each service of AWS gives one: what
// doesn't is something else, such as a local server for other services or a proxy.
func (r Refusal) ofStatus() Cause {
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

// ofTheWay judges an error that came before any answer.
func ofTheWay(err error) Cause {
	switch said := err.Error(); {
	// The SDK failed before there was a request to send. It has no types for that,
	// only its own words; a test holds them.
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
