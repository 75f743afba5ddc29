package awserror

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

const (
	maxCode = 60
	maxText = 300
)

// short makes AWS's or the SDK's text safe to show in a line.
func short(text string) string { return safetext.Line(strings.TrimSpace(text), maxText) }

// Why returns in a line why there's no answer. permission is what the request needs,
// such as "iam:GetUser on arn:…"; it may be empty.
func (r Failure) Why(permission string) string {
	switch r.Cause {
	case Denied:
		return strings.TrimSpace("needs permission " + permission)
	case NoCredentials:
		return "no credentials: " + r.Text
	case Expired:
		return "the credentials have expired"
	case Rejected:
		return fmt.Sprintf("AWS doesn't accept the credentials (%s)", r.Code)
	case Account:
		return fmt.Sprintf("AWS refuses the account (%s)", strings.TrimSpace(r.Code+" "+r.Text))
	case Skewed:
		return fmt.Sprintf("this machine's clock is wrong (%s)", r.Code)
	case NoRegion:
		return "no Region is set"
	case WrongRegion:
		return fmt.Sprintf("the Region is wrong (%s)", strings.TrimSpace(r.Code+" "+r.Text))
	case Unreachable:
		return "nothing can be reached: " + r.Text
	case TimedOut:
		return "no answer in time"
	case Throttled:
		return "AWS throttled the request; try again"
	case Unavailable:
		return fmt.Sprintf("the service has a fault (%s); try again", r.answer())
	case NotServed:
		return fmt.Sprintf("what is there doesn't serve this (%s)", r.answer())
	}
	return strings.TrimSuffix(strings.TrimSpace(r.Code+": "+r.Text), ":")
}

// Explain returns why, and AWS's own text beside a permission that is missing.
func (r Failure) Explain(permission string) string {
	if r.Cause == Denied && r.Text != "" {
		return r.Why(permission) + ": " + r.Text
	}
	return r.Why(permission)
}

// Fault returns the code of a failure of S3 or SQS, as package s3store gives it.
func (r Failure) Fault() fault.Code {
	switch r.Cause {
	case Denied, NoCredentials:
		return fault.AccessDenied
	case Expired, Rejected:
		return fault.CredentialsRefused
	case Account:
		return fault.AccountProblem
	case Skewed:
		return fault.ClockSkewed
	case Throttled:
		return fault.Throttled
	case Unavailable, Unreachable, TimedOut:
		return fault.ServiceUnavailable
	}
	return fault.Internal
}

// answer is the status and code, as far as there are any.
func (r Failure) answer() string {
	if r.Status == 0 {
		return cmp.Or(r.Code, "its answer can't be read")
	}
	return strings.TrimSpace(strconv.Itoa(r.Status) + " " + r.Code)
}

// Advice is what to do about it; may be empty.
func (r Failure) Advice() string {
	switch r.Cause {
	case Denied:
		return "Ask for the permission: docs/runbook.md has the policy of an operator."
	case NoCredentials:
		return "Log in (aws sso login, or aws configure), or choose a profile with AWS_PROFILE."
	case Expired:
		return "Log in again (aws sso login), or choose another profile with AWS_PROFILE."
	case Rejected:
		return "Check AWS_PROFILE and AWS_ACCESS_KEY_ID: the key may have been deleted, or belong to another place."
	case Account:
		return "Put the account right: is it signed up for the service, and the Region enabled?"
	case Skewed:
		return "Set this machine's clock."
	case NoRegion:
		return "Name it in AWS_REGION or in the profile."
	case WrongRegion:
		return "Check AWS_REGION and the profile's Region: it has to be the stage's."
	case Unreachable, TimedOut:
		return "Check the network, the Region's name, and AWS_ENDPOINT_URL."
	case NotServed:
		return "Check AWS_ENDPOINT_URL and its likes."
	}
	return ""
}
