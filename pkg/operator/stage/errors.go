package stage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// Error is why a stage wasn't found.
type Error struct {
	// Message is what was being done and why it failed, in several lines if several
	// things are missing or wrong.
	Message string
	// Advice is what to do about it, in a line; may be empty.
	Advice string
	// Usage reports whether the command line or the environment is at fault.
	Usage bool
	// Cause is the error of the call that failed; nil if none did.
	Cause error
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// permission is what reading the parameters below a path needs.
func (from sources) permission(below string) string {
	return fmt.Sprintf("ssm:GetParametersByPath on arn:%s:ssm:%s:*:parameter%s", arn.PartitionID(from.region), from.region, below)
}

// unread is the error of parameters that couldn't be read.
func (from sources) unread(err error, stage string) *Error {
	if account.IsNotServed(err) {
		return &Error{Usage: true, Message: fmt.Sprintf("find stage %s: %v", stage, account.Unanswered(err, "")),
			Advice: "Leave --stage out for that system, or unset AWS_ENDPOINT_URL and its likes for AWS."}
	}
	r := awserror.Of(err)
	return &Error{
		Message: fmt.Sprintf("read the parameters of stage %s in %s: %s", stage, from.region, r.Explain(from.permission(path(stage)))),
		Advice:  r.Advice(),
		Cause:   err,
	}
}

// absent is the error of a stage that isn't there. Most often the Region or the
// profile is wrong, so it names both, and the stages that are there.
func (from sources) absent(ctx context.Context, stage string) *Error {
	ctx, stop := context.WithTimeout(ctx, 10*time.Second) // a better error isn't worth a longer wait
	defer stop()
	e := &Error{Message: fmt.Sprintf("there's no stage %s in %s of %s: no parameters below %s", stage, from.region, from.whose(ctx), path(stage))}
	all, err := from.stages(ctx)
	switch {
	case err != nil:
		e.Advice = fmt.Sprintf("Check --stage, AWS_REGION and AWS_PROFILE. Which stages there are can't be told: %s.", awserror.Of(err).Why(from.permission(root)))
	case len(all) == 0:
		e.Advice = "No stage at all is there: check AWS_REGION and AWS_PROFILE."
	default:
		e.Advice = "Stages that are there: " + strings.Join(all, ", ") + "."
	}
	return e
}

func (from sources) whose(ctx context.Context) string {
	me, err := from.identity.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || aws.ToString(me.Account) == "" {
		return "an account that can't be told"
	}
	return "account " + safetext.Line(aws.ToString(me.Account), 20)
}
