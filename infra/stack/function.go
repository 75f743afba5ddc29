package stack

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

// batchSize is how many messages the function gets at once. It works on them
// concurrently, so a batch takes hardly longer than one.
const batchSize = 10

// What the functions do, which is what they are called.
const (
	provisionBucket = "provision-bucket"
	auditBuckets    = "audit-buckets"
)

// FunctionName is the name of the function that provisions.
func (s Settings) FunctionName() string { return s.name(provisionBucket) }

// Code has the folders of the functions' executables, each called "bootstrap".
type Code struct{ Provision, Audit string }

// functionTargets are what the function's settings name.
type functionTargets struct {
	queue    awssqs.IQueue
	outcomes awssns.ITopic
	homes    *string // the name of the bucket of the claims
}

// newFunction makes the function from the executable that was built before: the
// build is the Makefile's, and the same file is tested and deployed. It has no
// reserved concurrency: throttled polls would use up receives
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
func newFunction(stack awscdk.Stack, s Settings, code Code, role awsiam.IRole, logs awslogs.ILogGroup, to functionTargets) awslambda.Function {
	return awslambda.NewFunction(stack, jsii.String("Function"), &awslambda.FunctionProps{
		FunctionName: jsii.String(s.FunctionName()),
		Description:  jsii.String("Provisions the bucket of each new organization and publishes the outcome"),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: awslambda.Architecture_Custom(jsii.String(s.Architecture), nil),
		Handler:      jsii.String("bootstrap"),
		Code:         awslambda.Code_FromAsset(jsii.String(code.Provision), nil),
		MemorySize:   jsii.Number(s.MemoryMB),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(timeoutSeconds)),
		Role:         role,
		LogGroup:     logs,
		// Metrics are counted from lines of level INFO. At another level they'd
		// be blind, so it's no setting.
		LoggingFormat:         awslambda.LoggingFormat_JSON,
		ApplicationLogLevelV2: awslambda.ApplicationLogLevel_INFO,
		SystemLogLevelV2:      awslambda.SystemLogLevel_INFO,
		Environment:           functionSettings(stack, s, to),
		// The version before stays, to go back to.
		CurrentVersionOptions: &awslambda.VersionOptions{RemovalPolicy: awscdk.RemovalPolicy_RETAIN},
	})
}

// functionSettings are those that pkg/config reads, for both functions.
func functionSettings(stack awscdk.Stack, s Settings, to functionTargets) *map[string]*string {
	settings := map[string]*string{
		"OUTCOME_TOPIC_ARN":  to.outcomes.TopicArn(),
		"QUEUE_URL":          to.queue.QueueUrl(),
		"MAX_RECEIVE_COUNT":  jsii.String(strconv.Itoa(MaxReceiveCount)),
		"ACCOUNT_ID":         stack.Account(),
		"HOMES_BUCKET":       to.homes,
		"BUCKET_PREFIX":      jsii.String(s.BucketPrefix),
		"CLIENT_USER_PREFIX": jsii.String(s.ClientUserPrefix),
		"CLIENT_ACCOUNT_ID":  clientAccount(stack, s),
		// All buckets behind one host share its connections; with virtual-hosted
		// names each new bucket costs new ones (docs/decisions.md).
		"S3_USE_PATH_STYLE": jsii.String("true"),
		"BUCKET_NAMESPACE":  jsii.String(s.Namespace),
	}
	if s.SiblingPrefixes != "" {
		settings["SIBLING_PREFIXES"] = jsii.String(s.SiblingPrefixes)
	}
	if s.FIPS {
		settings["AWS_USE_FIPS_ENDPOINT"] = jsii.String("true")
	}
	if tags := s.Rules().TagsText(); tags != "" {
		settings["BUCKET_TAGS"] = jsii.String(tags)
	}
	if s.BucketOwnership != "" {
		settings["BUCKET_OWNERSHIP"] = jsii.String(s.BucketOwnership)
	}
	return &settings
}

func clientAccount(stack awscdk.Stack, s Settings) *string {
	if s.ClientAccount != "" {
		return jsii.String(s.ClientAccount)
	}
	return stack.Account()
}

// addEventSource connects the queue to the function. What isn't here matters as
// much as what is: a filter would delete what doesn't match, and a batch window
// can make a quiet queue wait for up to 20 seconds.
func addEventSource(stack awscdk.Stack, s Settings, function awslambda.Function, live awslambda.CfnAlias, queue awssqs.IQueue) {
	source := awslambda.NewEventSourceMapping(stack, jsii.String("EventSource"), &awslambda.EventSourceMappingProps{
		Target:                  function,
		EventSourceArn:          queue.QueueArn(),
		BatchSize:               jsii.Number(batchSize),
		MaxConcurrency:          jsii.Number(s.MaxConcurrency),
		ReportBatchItemFailures: jsii.Bool(true),
	})
	source.Node().DefaultChild().(awslambda.CfnEventSourceMapping).SetFunctionName(live.Ref())
}
