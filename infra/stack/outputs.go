package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/jsii-runtime-go"
)

// output is a value that other systems need, under two names: the stack's
// output, and the last part of an SSM parameter's path.
type output struct {
	id, parameter, about string
	value                *string
}

// addOutputs publishes the names and addresses of the stack's parts: as outputs for
// people, and as SSM parameters under /orgbucket/<stage>/ for signup and the
// operators' tool, which know only the stage's name.
func addOutputs(stack awscdk.Stack, s Settings, w watched, role awsiam.IRole, logs awslogs.ILogGroup, homes *string) {
	outputs := []output{
		{"QueueUrl", "queue-url", "Send \"organization created\" here", w.queues.main.QueueUrl()},
		{"QueueArn", "queue-arn", "The queue", w.queues.main.QueueArn()},
		{"DeadLetterQueueUrl", "dead-letter-queue-url", "What could not be handled", w.queues.deadLetters.QueueUrl()},
		{"DeadLetterQueueArn", "dead-letter-queue-arn", "The dead-letter queue", w.queues.deadLetters.QueueArn()},
		{"OutcomeTopicArn", "outcome-topic-arn", "Subscribe here to learn each organization's bucket", w.outcomes.TopicArn()},
		{"FunctionName", "function-name", "The function", w.function.FunctionName()},
		{"FunctionArn", "function-arn", "The function", w.function.FunctionArn()},
		{"RoleArn", "role-arn", "The function's role", role.RoleArn()},
		{"LogGroupName", "log-group-name", "One line per record and delivery", logs.LogGroupName()},
		{"HomesBucket", "homes-bucket", "Keeps which bucket is each organization's home", homes},
		{"BucketPrefix", "bucket-prefix", "Comes before the organization's id in a bucket's name", jsii.String(s.BucketPrefix)},
		{"ClientUserPrefix", "client-user-prefix", "Comes before the organization's id in the name of its IAM user", jsii.String(s.ClientUserPrefix)},
		{"ClientAccountId", "client-account-id", "The account of the clients' IAM users", clientAccount(stack, s)},
		{"BucketNamespace", "bucket-namespace", "Where new buckets are named; not to be changed for a stage in use", jsii.String(s.Namespace)},
	}
	if s.SiblingPrefixes != "" {
		outputs = append(outputs, output{"SiblingPrefixes", "sibling-prefixes", "Other stages' bucket prefixes in this account", jsii.String(s.SiblingPrefixes)})
	}
	if tags := s.Rules().TagsText(); tags != "" { // a parameter can't be empty
		outputs = append(outputs, output{"BucketTags", "bucket-tags", "Further tags of every new bucket", jsii.String(tags)})
	}
	if s.BucketOwnership != "" {
		outputs = append(outputs, output{"BucketOwnership", "bucket-ownership", "The object ownership that new buckets are created with", jsii.String(s.BucketOwnership)})
	}
	for _, o := range outputs {
		awscdk.NewCfnOutput(stack, jsii.String(o.id), &awscdk.CfnOutputProps{Value: o.value, Description: jsii.String(o.about)})
		awsssm.NewStringParameter(stack, jsii.String("Parameter"+o.id), &awsssm.StringParameterProps{
			ParameterName: jsii.String("/orgbucket/" + s.Stage + "/" + o.parameter),
			Description:   jsii.String(o.about),
			StringValue:   o.value,
		})
	}
}
