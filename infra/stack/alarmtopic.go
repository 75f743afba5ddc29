package stack

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newAlarmTopic makes the topic of the alarms, with the addresses of the
// settings. Others can be subscribed by hand.
func newAlarmTopic(stack awscdk.Stack, s Settings, key awskms.IKey) awssns.Topic {
	topic := awssns.NewTopic(stack, jsii.String("Alarms"), &awssns.TopicProps{
		TopicName:        jsii.String(s.name("alarms")),
		MasterKey:        key,
		EnforceSSL:       jsii.Bool(true),
		SignatureVersion: jsii.String("2"),
	})
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("AlarmsPublish"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sns:Publish"),
		Resources:  &[]*string{topic.TopicArn()},
		Conditions: ofThisAccount(stack),
	}))
	for i, address := range s.AlarmEmails {
		awssns.NewSubscription(stack, jsii.String(fmt.Sprintf("AlarmEmail%d", i+1)), &awssns.SubscriptionProps{
			Topic:    topic,
			Protocol: awssns.SubscriptionProtocol_EMAIL,
			Endpoint: jsii.String(address),
		})
	}
	return topic
}

// tell is an alarm's action. CDK has the same in awscloudwatchactions, a package
// that takes 25 seconds to compile. jsii takes implementations by pointer only.
type tell struct{ topic *string }

// Bind returns what CDK writes into the alarm.
func (t *tell) Bind(constructs.Construct, awscloudwatch.IAlarm) *awscloudwatch.AlarmActionConfig {
	return &awscloudwatch.AlarmActionConfig{AlarmActionArn: t.topic}
}
