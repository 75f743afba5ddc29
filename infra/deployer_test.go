package main

import (
	"encoding/json"
	"testing"
)

// TestTheHardenedPolicyKeepsOffTheBuckets: deployers must not get at clients' files by
// the way, nor at other systems.
func TestTheHardenedPolicyKeepsOffTheBuckets(t *testing.T) {
	tpl := shared().stacks["prod"]
	policy := executionPolicy(t, tpl)
	arn := func(service, rest string) string { return "arn:aws:" + service + ":us-east-1:" + account + ":" + rest }
	role := "arn:aws:iam::" + account + ":role/orgbucket-prod-Role1ABCC5F0-x"
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
		"delete another system's key":   {action: "kms:ScheduleKeyDeletion", resource: arn("kms", "key/1"), context: map[string]any{"aws:ResourceTag/application": "orgbucket"}},
		"take another system's key":     {action: "kms:PutKeyPolicy", resource: arn("kms", "key/1"), context: map[string]any{"aws:ResourceTag/application": "orgbucket"}},
		"take a boundary away":          {action: "iam:DeleteRolePermissionsBoundary", resource: role},
		"delete another system's queue": {action: "sqs:DeleteQueue", resource: arn("sqs", "payroll")},
	} {
		c.identity = policy
		more = append(more, named{name, c})
	}
	decide(t, tpl, "denied", more)
}

// TestTheHardenedPolicyFitsIntoOne: IAM counts a managed policy without its white space
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
func TestTheHardenedPolicyFitsIntoOne(t *testing.T) {
	const most = 6144 - 20 // for longer names
	text, err := json.Marshal(executionPolicy(t, shared().stacks[china.Stage]))
	if err != nil || len(text) > most {
		t.Errorf("docs/iam/cloudformation-execution.json has %d characters, %d are allowed (%v)", len(text), most, err)
	}
}
