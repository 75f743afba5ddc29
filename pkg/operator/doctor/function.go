package doctor

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/config"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

func checkFunction(ctx context.Context, f *facts) Result {
	function := f.function
	name := show(f.stage.FunctionName)
	switch function.State {
	case lambdatypes.StateActive, lambdatypes.StateInactive: // an inactive function becomes active when it's called
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
	return f.checkConcurrency(ctx, name)
}

// checkConcurrency looks for reserved concurrency. Whatever it is, the event source
// polls past it, and each throttled poll uses up a receive of its messages
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
func (f *facts) checkConcurrency(ctx context.Context, name string) Result {
	out, err := f.functions.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: aws.String(f.stage.FunctionName)})
	switch {
	case err != nil:
		return unknown(account.Unanswered(err, "lambda:GetFunctionConcurrency on "+f.functionARN()))
	case out.ReservedConcurrentExecutions == nil:
		return ok("%s is active, without reserved concurrency", name)
	case *out.ReservedConcurrentExecutions == 0:
		return wrong("Remove it: `aws lambda delete-function-concurrency --function-name "+name+"`.", "%s is switched off: its reserved concurrency is 0", name)
	}
	return notice("Remove it; the event source's maximum concurrency is the cap that loses no receives.",
		"%s has a reserved concurrency of %d: polls that are throttled use up receives", name, *out.ReservedConcurrentExecutions)
}

// checkSettings compares the function's environment with the stage. It shows no
// other variables than those that it names.
func checkSettings(_ context.Context, f *facts) Result {
	env := f.function.Environment
	if env != nil && env.Error != nil {
		return unknown(&account.CantTell{Why: "Lambda can't read the function's environment: " + show(aws.ToString(env.Error.ErrorCode)+" "+aws.ToString(env.Error.Message))})
	}
	if env == nil {
		env = &lambdatypes.EnvironmentResponse{}
	}
	faults := f.differences(env.Variables)
	_, count, err := f.queue.redrivePolicy()
	if err := cmp.Or(f.err[theQueue], err); err != nil {
		if len(faults) == 0 {
			return unknown(err)
		}
	} else if told := env.Variables["MAX_RECEIVE_COUNT"]; told != strconv.Itoa(count) {
		faults = append(faults, fmt.Sprintf("MAX_RECEIVE_COUNT is %q, the queue's maxReceiveCount is %d: failures would be announced too early, too late or never", show(told), count))
	}
	return unless(faults, ok("the function's queue, topic, account, prefixes and receive count are the stage's"))
}

// differences lists the settings in which function and stage differ. Settings that
// the stage doesn't have aren't compared.
func (f *facts) differences(env map[string]string) (faults []string) {
	stage := f.stage
	for _, s := range []struct{ variable, otherwise, want string }{
		{"QUEUE_URL", "", stage.QueueURL},
		{"OUTCOME_TOPIC_ARN", "", stage.TopicARN},
		{"ACCOUNT_ID", "", stage.Naming.Account},
		{"HOMES_BUCKET", "", stage.HomesBucket},
		{"BUCKET_PREFIX", config.DefaultBucketPrefix, stage.Naming.BucketPrefix},
		{"SIBLING_PREFIXES", "", stage.Naming.SiblingPrefixes},
		{"CLIENT_USER_PREFIX", config.DefaultClientUserPrefix, stage.Naming.ClientUserPrefix},
		{"CLIENT_ACCOUNT_ID", env["ACCOUNT_ID"], stage.Naming.ClientAccount},
		{"BUCKET_NAMESPACE", bucket.NamespaceGlobal, stage.Naming.Namespace},
		{"BUCKET_TAGS", "", stage.Naming.TagsText()},
		{"BUCKET_OWNERSHIP", "", stage.Naming.Ownership},
	} {
		is := cmp.Or(env[s.variable], s.otherwise)
		if s.want != "" && is != s.want {
			faults = append(faults, fmt.Sprintf("the function's %s is %q, the stage's is %q", s.variable, show(is), show(s.want)))
		}
	}
	return faults
}
