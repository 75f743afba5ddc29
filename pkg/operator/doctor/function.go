package doctor

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/fusionpos/orgbucket/pkg/config"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

func checkFunction(ctx context.Context, v *visit) Result {
	function, err := v.function()
	if err != nil {
		return unknown(err)
	}
	name := show(v.stage.FunctionName)
	switch function.State {
	case lambdatypes.StateActive, lambdatypes.StateInactive: // the latter wakes up when it's called
	case lambdatypes.StatePending:
		return notice("Wait a minute, then look again.", "%s is Pending: %s", name, show(aws.ToString(function.StateReason)))
	default:
		return wrong("Deploy the stage again; the reason is Lambda's.", "%s is %s: %s", name, show(string(function.State)), show(aws.ToString(function.StateReason)))
	}
	switch function.LastUpdateStatus {
	case lambdatypes.LastUpdateStatusInProgress:
		return notice("Wait a minute, then look again.", "%s is being updated", name)
	case lambdatypes.LastUpdateStatusFailed:
		return wrong("Deploy the stage again; the reason is Lambda's.", "the last update of %s failed: %s", name, show(aws.ToString(function.LastUpdateStatusReason)))
	}
	return v.checkConcurrency(ctx, name)
}

// checkConcurrency looks for reserved concurrency. Whatever it is, the event source
// polls past it, and each throttled poll uses up a receive of its messages
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
func (v *visit) checkConcurrency(ctx context.Context, name string) Result {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	out, err := v.clients.Functions.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: aws.String(v.stage.FunctionName)})
	switch {
	case err != nil:
		return unknown(account.Unanswered(err, "lambda:GetFunctionConcurrency on "+v.functionARN()))
	case out.ReservedConcurrentExecutions == nil:
		return ok("%s is active, without reserved concurrency", name)
	case *out.ReservedConcurrentExecutions == 0:
		return wrong("Remove it: aws lambda delete-function-concurrency --function-name "+name+".", "%s is switched off: its reserved concurrency is 0", name)
	}
	return notice("Remove it; the event source's maximum concurrency is the cap that loses no receives.",
		"%s has a reserved concurrency of %d: polls that are throttled use up receives", name, *out.ReservedConcurrentExecutions)
}

// checkSettings compares the function's environment with the stage. No other
// variable than those that are named here is shown.
func checkSettings(_ context.Context, v *visit) Result {
	function, err := v.function()
	if err != nil {
		return unknown(err)
	}
	env := function.Environment
	if env != nil && env.Error != nil {
		return unknown(&account.CantTell{Why: "Lambda can't read the function's environment: " + show(aws.ToString(env.Error.ErrorCode)+" "+aws.ToString(env.Error.Message))})
	}
	if env == nil {
		env = &lambdatypes.EnvironmentResponse{}
	}
	faults := v.differences(env.Variables)
	count, err := v.maxReceiveCount()
	if err == nil {
		if told := env.Variables["MAX_RECEIVE_COUNT"]; told != count {
			faults = append(faults, fmt.Sprintf("MAX_RECEIVE_COUNT is %q, the queue's maxReceiveCount is %s: failures would be announced too early, too late or never", show(told), count))
		}
	} else if len(faults) == 0 {
		return unknown(err)
	}
	return unless(faults, ok("the function's queue, topic, account, prefixes and receive count are the stage's"))
}

// differences lists the settings in which function and stage differ. What the stage
// doesn't say isn't compared.
func (v *visit) differences(env map[string]string) (faults []string) {
	d := v.stage
	for _, s := range []struct{ variable, otherwise, stage string }{
		{"QUEUE_URL", "", d.QueueURL},
		{"OUTCOME_TOPIC_ARN", "", d.TopicARN},
		{"ACCOUNT_ID", "", d.Naming.Account},
		{"HOMES_BUCKET", "", d.HomesBucket},
		{"BUCKET_PREFIX", config.DefaultBucketPrefix, d.Naming.BucketPrefix},
		{"CLIENT_USER_PREFIX", config.DefaultClientUserPrefix, d.Naming.ClientUserPrefix},
		{"CLIENT_ACCOUNT_ID", env["ACCOUNT_ID"], d.Naming.ClientAccount},
	} {
		is := env[s.variable]
		if is == "" {
			is = s.otherwise
		}
		if s.stage != "" && is != s.stage {
			faults = append(faults, fmt.Sprintf("the function's %s is %q, the stage's is %q", s.variable, show(is), show(s.stage)))
		}
	}
	return faults
}

// maxReceiveCount is the queue's, "0" without a redrive policy.
func (v *visit) maxReceiveCount() (string, error) {
	queue, err := v.queue()
	if err != nil {
		return "", err
	}
	_, count, err := queue.redrivePolicy()
	return fmt.Sprint(count), err
}
