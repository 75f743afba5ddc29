package stage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// Error is why a stage wasn't found.
type Error struct {
	// Message says what was being done and why it failed; several lines if
	// several things are missing or wrong.
	Message string
	// Advice is what to do about it, in a line; may be empty.
	Advice string
	// Usage: the command line or the environment is at fault, not what is in AWS or the
	// way there.
	Usage bool
	// Cause is the error of the call that failed, nil if none did.
	Cause error
}

// Error gives the message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// unread is the error of parameters that couldn't be read.
func (from Sources) unread(err error, stage string) *Error {
	r := awserror.Of(err)
	permission := fmt.Sprintf("ssm:GetParametersByPath on arn:%s:ssm:%s:*:parameter%s", arn.PartitionID(from.Region), from.Region, path(stage))
	why := r.Why(permission, "")
	if r.Cause == awserror.Denied {
		why += ": " + r.Text
	}
	return &Error{
		Message: fmt.Sprintf("read the parameters of stage %s in %s: %s", stage, from.Region, why),
		Advice:  r.Advice(),
		Cause:   err,
	}
}

// absent is the error of a stage that isn't there. Most often it's the wrong
// Region or profile: so it says where it looked, and what is there.
func (from Sources) absent(ctx context.Context, stage string) *Error {
	ctx, stop := context.WithTimeout(ctx, courtesy)
	defer stop()
	e := &Error{Message: fmt.Sprintf("there's no stage %s in %s of %s: no parameters below %s", stage, from.Region, from.whose(ctx), path(stage))}
	all, err := from.stages(ctx)
	switch {
	case err != nil:
		e.Advice = fmt.Sprintf("Check --stage, AWS_REGION and AWS_PROFILE. Which stages there are can't be told: %s.",
			awserror.Of(err).Why(fmt.Sprintf("ssm:GetParametersByPath on arn:%s:ssm:%s:*:parameter%s", arn.PartitionID(from.Region), from.Region, root), ""))
	case len(all) == 0:
		e.Advice = "No stage at all is there: check AWS_REGION and AWS_PROFILE."
	default:
		e.Advice = "Stages that are there: " + strings.Join(all, ", ") + "."
	}
	return e
}

// courtesy is how long an error may take to become a better one.
const courtesy = 10 * time.Second

func (from Sources) whose(ctx context.Context) string {
	const unknown = "an account that can't be told"
	if from.Identity == nil {
		return unknown
	}
	me, err := from.Identity.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || aws.ToString(me.Account) == "" {
		return unknown
	}
	return "account " + safetext.Line(aws.ToString(me.Account), 20)
}
