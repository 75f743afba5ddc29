package main

import (
	"fmt"
	"strings"
)

// resolved returns a value as it will be in the deployed stack: references to
// other resources become the ARNs and names that those will have.
func (t template) resolved(v any) any {
	switch v := v.(type) {
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = t.resolved(v[i])
		}
		return all
	case map[string]any:
		if len(v) == 1 {
			if id, ok := v["Ref"].(string); ok {
				return t.reference(id, "Ref")
			}
			if att, ok := v["Fn::GetAtt"].([]any); ok {
				return t.reference(att[0].(string), att[1].(string))
			}
			if branches, ok := v["Fn::If"].([]any); ok {
				return t.resolved(branches[1]) // the parameters' defaults make every condition true
			}
			if join, ok := v["Fn::Join"].([]any); ok {
				var parts []string
				for _, p := range t.resolved(join[1]).([]any) {
					parts = append(parts, p.(string))
				}
				return strings.Join(parts, join[0].(string))
			}
		}
		all := map[string]any{}
		for key := range v {
			all[key] = t.resolved(v[key])
		}
		return all
	}
	return v
}

// where returns the Region and partition that the stage's stack goes to.
func (t template) where() (region, partition string) {
	switch t.stage {
	case everything.Stage:
		return everything.Region, "aws"
	case china.Stage:
		return china.Region, "aws-cn"
	}
	return "us-east-1", "aws" // as in cdk.json
}

// reference returns what Ref or an attribute of a resource will be.
func (t template) reference(id, attribute string) string {
	region, partition := t.where()
	switch id {
	case "AWS::AccountId":
		return account
	case "AWS::Region":
		return region
	case "AWS::Partition":
		return partition
	case "ROLE": // of tests' own policies
		return t.resolved(t.Outputs["RoleArn"].Value).(string)
	}
	r, ok := t.Resources[id]
	if !ok {
		panic("the template has a reference to " + id + ", which isn't in it")
	}
	arn := func(service, rest string) string {
		return fmt.Sprintf("arn:%s:%s:%s:%s:%s", partition, service, region, account, rest)
	}
	property := func(name string) string { s, _ := r.Properties[name].(string); return s }
	switch r.Type + " " + attribute {
	case "AWS::SQS::Queue Ref":
		return "https://sqs." + region + ".amazonaws.com/" + account + "/" + property("QueueName")
	case "AWS::SQS::Queue Arn":
		return arn("sqs", property("QueueName"))
	case "AWS::SQS::Queue QueueName":
		return property("QueueName")
	case "AWS::SNS::Topic Ref", "AWS::SNS::Topic TopicArn":
		return arn("sns", property("TopicName"))
	case "AWS::SNS::Topic TopicName":
		return property("TopicName")
	case "AWS::CloudWatch::Alarm Arn", "AWS::CloudWatch::CompositeAlarm Arn":
		return arn("cloudwatch", "alarm:"+property("AlarmName"))
	case "AWS::KMS::Key Ref":
		return id
	case "AWS::KMS::Key Arn":
		return arn("kms", "key/"+id)
	case "AWS::Logs::LogGroup Arn":
		return arn("logs", "log-group:"+property("LogGroupName")+":*")
	case "AWS::Logs::LogGroup Ref":
		return property("LogGroupName")
	case "AWS::IAM::Role Ref":
		return fmt.Sprintf("orgbucket-%s-%s", t.stage, id)
	case "AWS::IAM::Role Arn":
		return fmt.Sprintf("arn:%s:iam::%s:role/orgbucket-%s-%s", partition, account, t.stage, id)
	case "AWS::S3::Bucket Ref":
		return t.resolved(r.Properties["BucketName"]).(string)
	case "AWS::S3::Bucket Arn":
		return "arn:" + partition + ":s3:::" + t.resolved(r.Properties["BucketName"]).(string)
	case "AWS::Lambda::Function Ref":
		return property("FunctionName")
	case "AWS::Lambda::Function Arn":
		return arn("lambda", "function:"+property("FunctionName"))
	case "AWS::Lambda::Version Version":
		return "1"
	case "AWS::Lambda::Alias Ref":
		return arn("lambda", "function:"+t.resolved(r.Properties["FunctionName"]).(string)+":"+property("Name"))
	case "AWS::Events::Rule Arn":
		return arn("events", "rule/"+strings.TrimPrefix(property("EventBusName")+"/"+property("Name"), "/"))
	}
	panic("tests don't know what " + attribute + " of " + r.Type + " is")
}
