// Package stack is one stage of the system in AWS: queues, function, role,
// topics, and what watches them. One file for each concern; this one puts them
// together, in the order in which a message passes through them.
package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// New adds a stage's stack to an app. The settings must be valid; `make builds` puts the
// executables into the folders of the code. It panics, as all CDK calls do, if CDK
// refuses something.
func New(app constructs.Construct, s Settings, code Code) awscdk.Stack {
	stack := awscdk.NewStack(app, jsii.String(s.StackName()), &awscdk.StackProps{
		Synthesizer:           synthesizer(s),
		Description:           jsii.String("Gives every new organization its S3 bucket (" + s.Stage + ")"),
		Env:                   environment(s),
		TerminationProtection: jsii.Bool(s.Protected),
		Tags:                  tags(s),
	})
	queues := newQueues(stack, s)
	addSources(stack, s, queues)
	key := newTopicKey(stack, s, "TopicKey", "outcomes")
	outcomes := newOutcomeTopic(stack, s, key)
	homes := newHomesBucket(stack, s)
	logs := newLogGroup(stack, s, "Log", provisionBucket)
	role := newRole(stack, s, queues, outcomes, homes, key, logs)
	targets := functionTargets{queues.main, outcomes, homes}
	audit := newAudit(stack, s, code, targets, key)
	allowPublishing(outcomes, publishers(s, role, audit.role)...)
	function := newFunction(stack, s, code, role, logs, targets)
	addEventSource(stack, s, function, newLive(stack, function), queues.main)

	alarmKey := newTopicKey(stack, s, "AlarmKey", "alarms")
	audit.guard(stack, s, role, homes, key, alarmKey)

	metrics := newMetrics(stack, s, logs, allCounted)
	watched := watched{queues, function, outcomes, metrics, audit}
	alarms := newAlarms(stack, s, watched, newAlarmTopic(stack, s, alarmKey))
	addQueries(stack, s, logs, audit.logs)
	addDashboard(stack, s, watched, logs, alarms)
	addOutputs(stack, s, watched, role, logs, homes)
	return stack
}

// tags returns the stack's own tags, which the policies of docs/iam rely on, and those
// of the settings.
func tags(s Settings) *map[string]*string {
	all := map[string]*string{}
	for key, value := range s.Tags {
		all[key] = jsii.String(value)
	}
	for key, value := range s.ownTags() {
		all[key] = jsii.String(value)
	}
	return &all
}

// synthesizer returns nil, which is the app's own, for the usual bootstrap.
func synthesizer(s Settings) awscdk.IStackSynthesizer {
	if s.Qualifier == DefaultQualifier {
		return nil
	}
	return awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{Qualifier: jsii.String(s.Qualifier)})
}

// environment returns the account and Region of the stack. Without an account in the
// settings it is that of the credentials.
func environment(s Settings) *awscdk.Environment {
	env := &awscdk.Environment{Region: jsii.String(s.Region)}
	if s.Account != "" {
		env.Account = jsii.String(s.Account)
	}
	return env
}

// removal returns what happens to stateful resources when the stack is deleted. If the
// stack's creation fails they are deleted, so that the next attempt finds the names free.
func (s Settings) removal() awscdk.RemovalPolicy {
	if s.Protected {
		return awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE
	}
	return awscdk.RemovalPolicy_DESTROY
}
