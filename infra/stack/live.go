package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

const (
	// LiveAlias is the alias that the queue's messages go to.
	LiveAlias = "live"
	// LiveParameter is the stack's parameter with the version that the alias has; empty
	// for the version that the deployment makes.
	LiveParameter = "LiveVersion"
	// LiveOutput and NewOutput are the stack's outputs with both versions' numbers.
	LiveOutput = "LiveVersionNumber"
	NewOutput  = "NewVersionNumber"
)

// newLive publishes the function as a version and makes the alias that the event source
// calls. Which version the alias has is a parameter: a new version doesn't get messages
// before it was seen to start, and an earlier one comes back by an update of the
// parameter alone (infra/deploy).
func newLive(stack awscdk.Stack, function awslambda.Function) awslambda.CfnAlias {
	parameter := awscdk.NewCfnParameter(stack, jsii.String(LiveParameter), &awscdk.CfnParameterProps{
		Description:    jsii.String("The function's version that gets the queue's messages; empty: that of the deployment"),
		Default:        "",
		AllowedPattern: jsii.String("[0-9]*"),
	})
	isNew := awscdk.NewCfnCondition(stack, jsii.String("NewVersionIsLive"), &awscdk.CfnConditionProps{
		Expression: awscdk.Fn_ConditionEquals(parameter.ValueAsString(), ""),
	})
	made := function.CurrentVersion().Version()
	version := awscdk.Token_AsString(awscdk.Fn_ConditionIf(isNew.LogicalId(), made, parameter.ValueAsString()), nil)
	for _, o := range []output{
		{id: LiveOutput, about: "The function's version that gets the queue's messages", value: version},
		{id: NewOutput, about: "The function's version of the last deployment", value: made},
	} {
		awscdk.NewCfnOutput(stack, jsii.String(o.id), &awscdk.CfnOutputProps{Value: o.value, Description: jsii.String(o.about)})
	}
	return awslambda.NewCfnAlias(stack, jsii.String("Live"), &awslambda.CfnAliasProps{
		Name:            jsii.String(LiveAlias),
		FunctionName:    function.FunctionName(),
		FunctionVersion: version,
	})
}
