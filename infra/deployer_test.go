package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// homesCalls are what CloudFormation calls for the bucket of claims: to create it
// with the properties that it has, to import it, which reads all of its
// configuration, and to change its tags. From the handlers of AWS::S3::Bucket and
// AWS::S3::BucketPolicy as the registry describes them (aws cloudformation
// describe-type); what deletes isn't among them, since both are always kept.
var homesCalls = []string{
	"s3:CreateBucket", "s3:PutBucketPublicAccessBlock", "s3:PutBucketOwnershipControls", "s3:PutBucketVersioning",
	"s3:PutBucketTagging", "s3:TagResource", "s3:UntagResource", "s3:GetBucketPolicy", "s3:PutBucketPolicy",
	"s3:ListBucket", "s3:GetBucketAcl", "s3:GetAccelerateConfiguration", "s3:GetLifecycleConfiguration", "s3:GetBucketPublicAccessBlock",
	"s3:GetAnalyticsConfiguration", "s3:GetBucketCORS", "s3:GetEncryptionConfiguration", "s3:GetInventoryConfiguration",
	"s3:GetBucketLogging", "s3:GetMetricsConfiguration", "s3:GetBucketNotification", "s3:GetBucketVersioning",
	"s3:GetReplicationConfiguration", "s3:GetBucketWebsite", "s3:GetBucketObjectLockConfiguration", "s3:GetBucketTagging",
	"s3:GetBucketOwnershipControls", "s3:GetIntelligentTieringConfiguration", "s3:GetBucketMetadataTableConfiguration",
}

// TestThePolicyForDeployingIsEnoughAndKeepsOffTheBuckets: docs/iam has the
// policy that CloudFormation can run with. Each resource type in a template
// needs its call here; deployers must not get at clients' files by the way.
func TestThePolicyForDeployingIsEnoughAndKeepsOffTheBuckets(t *testing.T) {
	document := strings.ReplaceAll(string(readFile(t, "../docs/iam/cloudformation-execution.json")), "ACCOUNT", account)
	var policy any
	if err := json.Unmarshal([]byte(document), &policy); err != nil {
		t.Fatal(err)
	}
	arn := func(service, rest string) string { return "arn:aws:" + service + ":us-east-1:" + account + ":" + rest }
	role := "arn:aws:iam::" + account + ":role/orgbucket-prod-Role1ABCC5F0-x"
	tag := map[string]any{"aws:RequestTag/application": "orgbucket", "aws:TagKeys": []string{"application", "stage"}}
	creates := map[string]call{
		"AWS::S3::Bucket":                 {action: "s3:CreateBucket", resource: homes},
		"AWS::S3::BucketPolicy":           {action: "s3:PutBucketPolicy", resource: homes, context: in(account)},
		"AWS::SQS::Queue":                 {action: "sqs:CreateQueue", resource: arn("sqs", "orgbucket-prod-dead-letters")},
		"AWS::SQS::QueuePolicy":           {action: "sqs:SetQueueAttributes", resource: arn("sqs", "orgbucket-prod-dead-letters")},
		"AWS::SNS::Topic":                 {action: "sns:CreateTopic", resource: arn("sns", "orgbucket-prod-outcomes")},
		"AWS::SNS::TopicPolicy":           {action: "sns:SetTopicAttributes", resource: arn("sns", "orgbucket-prod-outcomes")},
		"AWS::SNS::Subscription":          {action: "sns:Subscribe", resource: arn("sns", "orgbucket-prod-alarms")},
		"AWS::KMS::Key":                   {action: "kms:CreateKey", resource: "*", context: tag},
		"AWS::Logs::LogGroup":             {action: "logs:CreateLogGroup", resource: arn("logs", "log-group:/aws/lambda/orgbucket-prod-provision-bucket")},
		"AWS::Logs::MetricFilter":         {action: "logs:PutMetricFilter", resource: arn("logs", "log-group:/aws/lambda/orgbucket-prod-provision-bucket")},
		"AWS::Logs::QueryDefinition":      {action: "logs:PutQueryDefinition", resource: "*"},
		"AWS::IAM::Role":                  {action: "iam:PutRolePolicy", resource: role},
		"AWS::Lambda::Function":           {action: "iam:PassRole", resource: role, context: map[string]any{"iam:PassedToService": "lambda.amazonaws.com"}},
		"AWS::Lambda::EventSourceMapping": {action: "lambda:CreateEventSourceMapping", resource: "*", context: map[string]any{"lambda:FunctionArn": arn("lambda", "function:orgbucket-prod-provision-bucket")}},
		"AWS::CloudWatch::Alarm":          {action: "cloudwatch:PutMetricAlarm", resource: arn("cloudwatch", "alarm:orgbucket-prod-dead-letters")},
		"AWS::CloudWatch::Dashboard":      {action: "cloudwatch:PutDashboard", resource: "arn:aws:cloudwatch::" + account + ":dashboard/orgbucket-prod-overview"},
		"AWS::SSM::Parameter":             {action: "ssm:PutParameter", resource: arn("ssm", "parameter/orgbucket/prod/queue-url")},
		"AWS::Events::Rule":               {action: "events:PutRule", resource: arn("events", "rule/signup/orgbucket-prod-organization-created")},
	}
	tpl := shared().stacks[everything.Stage]
	for _, r := range tpl.Resources {
		if _, ok := creates[r.Type]; !ok {
			t.Errorf("the template has a %s, for which neither this test nor the policy says what it takes", r.Type)
		}
	}
	var enough []named
	for kind, c := range creates {
		c.identity = policy
		enough = append(enough, named{kind, c})
	}
	for _, action := range homesCalls {
		enough = append(enough, named{action + " of the bucket of claims", call{action: action, resource: homes, context: in(account), identity: policy}})
	}
	decide(t, tpl, "Allowed", enough)
	var more []named
	for name, c := range map[string]call{
		"read a client's file":          {action: "s3:GetObject", resource: ourBucket + "/sync/menu.json", context: in(account)},
		"delete a bucket":               {action: "s3:DeleteBucket", resource: ourBucket, context: in(account)},
		"write a bucket's policy":       {action: "s3:PutBucketPolicy", resource: ourBucket, context: in(account)},
		"read a claim":                  {action: "s3:GetObject", resource: claim, context: in(account)},
		"write a claim":                 {action: "s3:PutObject", resource: claim, context: in(account)},
		"delete a claim":                {action: "s3:DeleteObject", resource: claim, context: in(account)},
		"delete the bucket of claims":   {action: "s3:DeleteBucket", resource: homes, context: in(account)},
		"delete its policy":             {action: "s3:DeleteBucketPolicy", resource: homes, context: in(account)},
		"have claims deleted by a rule": {action: "s3:PutLifecycleConfiguration", resource: homes, context: in(account)},
		"create a client's bucket":      {action: "s3:CreateBucket", resource: ourBucket, context: tagged("OrgId")},
		"create a user":                 {action: "iam:CreateUser", resource: "arn:aws:iam::" + account + ":user/rms_xmsqa1"},
		"write another role":            {action: "iam:PutRolePolicy", resource: "arn:aws:iam::" + account + ":role/admin"},
		"give the role to EC2":          {action: "iam:PassRole", resource: role, context: map[string]any{"iam:PassedToService": "ec2.amazonaws.com"}},
		"poll for another function":     {action: "lambda:CreateEventSourceMapping", resource: "*", context: map[string]any{"lambda:FunctionArn": arn("lambda", "function:payroll")}},
		"delete another system's key":   {action: "kms:ScheduleKeyDeletion", resource: arn("kms", "key/1"), context: map[string]any{"aws:ResourceTag/application": "payroll"}},
		"delete another system's queue": {action: "sqs:DeleteQueue", resource: arn("sqs", "payroll")},
	} {
		c.identity = policy
		more = append(more, named{name, c})
	}
	decide(t, tpl, "denied", more)
}
