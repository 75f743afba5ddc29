package stack

import (
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/fusionpos/orgbucket/pkg/arn"
)

// addSources lets messages in: from principals that send themselves, from an SNS
// topic, from an EventBridge bus, as the settings say.
func addSources(stack awscdk.Stack, s Settings, q queues) {
	if len(s.Senders) > 0 {
		q.main.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:        jsii.String("Senders"),
			Principals: principals(s.Senders),
			Actions:    jsii.Strings("sqs:SendMessage"),
			Resources:  &[]*string{q.main.QueueArn()},
		}))
	}
	for i, arn := range s.LetIn {
		letIn(q, "LetIn"+strconv.Itoa(i+1), arn)
	}
	if s.SourceTopic != nil {
		subscribe(stack, s, q)
	}
	if s.EventBus != nil {
		listen(stack, s, q)
	}
}

// principals takes account ids and ARNs.
func principals(of []string) *[]awsiam.IPrincipal {
	var all []awsiam.IPrincipal
	for _, p := range of {
		if strings.HasPrefix(p, "arn:") {
			all = append(all, awsiam.NewArnPrincipal(jsii.String(p)))
		} else {
			all = append(all, awsiam.NewAccountPrincipal(jsii.String(p)))
		}
	}
	return &all
}

// subscribe subscribes the queue to the topic. Notifications come in SNS's
// envelope: raw delivery drops messages with more than ten attributes.
func subscribe(stack awscdk.Stack, s Settings, q queues) {
	topic := s.SourceTopic.ARN
	letIn(q, "SourceTopic", topic)
	props := &awssns.CfnSubscriptionProps{
		TopicArn: jsii.String(topic),
		Protocol: jsii.String("sqs"),
		Endpoint: q.main.QueueArn(),
		// What SNS can't deliver isn't lost: it waits with the other dead letters.
		RedrivePolicy: map[string]any{"deadLetterTargetArn": q.deadLetters.QueueArn()},
	}
	if len(s.SourceTopic.Filter) > 0 {
		props.FilterPolicy = s.SourceTopic.Filter
	}
	subscription := awssns.NewCfnSubscription(stack, jsii.String("SourceSubscription"), props)
	afterPolicies(subscription, q)
}

// listen makes a rule on the bus for "organization created".
func listen(stack awscdk.Stack, s Settings, q queues) {
	pattern := map[string]any{"detail-type": []string{"OrganizationCreated"}}
	if len(s.EventBus.Sources) > 0 {
		pattern["source"] = s.EventBus.Sources
	}
	name := s.name("organization-created")
	letIn(q, "SourceRule", ruleARN(stack, s, name))
	rule := awsevents.NewCfnRule(stack, jsii.String("SourceRule"), &awsevents.CfnRuleProps{
		Name:         jsii.String(name),
		Description:  jsii.String("Takes \"organization created\" from the bus to the queue"),
		EventBusName: jsii.String(s.EventBus.Name),
		EventPattern: pattern,
		Targets: []any{&awsevents.CfnRule_TargetProperty{
			Id:               jsii.String("queue"),
			Arn:              q.main.QueueArn(),
			DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: q.deadLetters.QueueArn()},
		}},
	})
	afterPolicies(rule, q)
}

// ruleARN returns the ARN of the rule, made from its name: with a reference to the rule
// the policies would come after it
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-manage-iam-access.html).
func ruleARN(stack awscdk.Stack, s Settings, name string) string {
	path := s.EventBus.Name + "/" + name
	if s.EventBus.Name == "default" {
		path = name
	}
	return *stack.FormatArn(&awscdk.ArnComponents{Service: jsii.String("events"), Resource: jsii.String("rule"), ResourceName: jsii.String(path)})
}

// letIn allows an AWS service to send to the queue, and to send what it couldn't
// deliver to the dead-letter queue, on behalf of one topic or rule only.
func letIn(q queues, sid, source string) {
	service := "sns.amazonaws.com"
	if a, _ := arn.Parse(source); a.Service == "events" {
		service = "events.amazonaws.com"
	}
	for _, queue := range []awssqs.Queue{q.main, q.deadLetters} {
		queue.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:        jsii.String(sid),
			Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String(service), nil)},
			Actions:    jsii.Strings("sqs:SendMessage"),
			Resources:  &[]*string{queue.QueueArn()},
			Conditions: &map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": source}},
		}))
	}
}

// afterPolicies has a source made after the queues' policies and deleted before them.
// What it sends without them is lost: neither SNS nor EventBridge tries again what a
// permission is missing for, and the dead-letter queue refuses it, too
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
func afterPolicies(source awscdk.CfnResource, q queues) {
	for _, queue := range []awssqs.Queue{q.main, q.deadLetters} {
		source.Node().AddDependency(queue.Node().FindChild(jsii.String("Policy")))
	}
}
