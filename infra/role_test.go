package main

import (
	"fmt"
	"strings"
	"testing"
)

const (
	ourBucket = "arn:aws:s3:::fusion-rms-xmsqa1"
	ourOther  = "arn:aws:s3:::fusion-rms-xmsqa1-" + account + "-us-east-1-an"
	homes     = "arn:aws:s3:::orgbucket-prod-homes-" + account + "-us-east-1-an"
	claim     = homes + "/homes/xmsqa1"
	stranger  = "444455556666"
)

// in is the context of a call to S3 about a bucket of an account, with more.
func in(owner string, more ...any) map[string]any {
	context := map[string]any{"s3:ResourceAccount": owner}
	for i := 0; i < len(more); i += 2 {
		context[more[i].(string)] = more[i+1]
	}
	return context
}

// tagged is the context of a creation with tags. A bucket that isn't there yet
// has no account.
func tagged(keys ...string) map[string]any {
	context := map[string]any{"aws:TagKeys": keys}
	for _, key := range keys {
		context["aws:RequestTag/"+key] = "xmsqa1"
	}
	return context
}

// retagged is the context of a tagging of a bucket that an account has.
func retagged(owner string, keys ...string) map[string]any {
	context := tagged(keys...)
	context["s3:ResourceAccount"] = owner
	return context
}

func TestTheRoleIsEnoughForEveryCallOfTheFunction(t *testing.T) {
	tpl := shared().stacks["prod"]
	decide(t, tpl, "Allowed", roleMay(t, tpl))
}

// roleMay are the calls that the function makes.
func roleMay(t *testing.T, tpl template) []named {
	arn := func(output string) string { return tpl.resolved(tpl.Outputs[output].Value).(string) }
	key := tpl.reference(keyID(tpl), "Arn")
	outcomes := tpl.only(t, "AWS::SNS::TopicPolicy", "OutcomesPolicy").Properties["PolicyDocument"]
	bySNS := map[string]any{"kms:ViaService": "sns.us-east-1.amazonaws.com"}
	return []named{
		{"create the bucket with its tag", call{action: "s3:CreateBucket", resource: ourBucket, context: tagged("OrgId")}},
		{"create it under the alternative name", call{action: "s3:CreateBucket", resource: ourOther, context: tagged("OrgId")}},
		{"tag it while creating", call{action: "s3:TagResource", resource: ourBucket, context: tagged("OrgId")}},
		{"read its tags", call{action: "s3:GetBucketTagging", resource: ourBucket, context: in(account)}},
		{"read its public access block", call{action: "s3:GetBucketPublicAccessBlock", resource: ourBucket, context: in(account)}},
		{"read the account's public access block", call{action: "s3:GetAccountPublicAccessBlock", resource: "*"}},
		{"write its public access block", call{action: "s3:PutBucketPublicAccessBlock", resource: ourBucket, context: in(account)}},
		{"read its policy", call{action: "s3:GetBucketPolicy", resource: ourBucket, context: in(account)}},
		{"write its policy", call{action: "s3:PutBucketPolicy", resource: ourOther, context: in(account)}},
		{"look for the folder", call{action: "s3:GetObject", resource: ourBucket + "/pub/", context: in(account)}},
		{"create the folder if it isn't there", call{action: "s3:PutObject", resource: ourBucket + "/pub/", context: in(account, "s3:if-none-match", "*")}},
		{"read a claim", call{action: "s3:GetObject", resource: claim, context: in(account)}},
		{"claim if nobody has", call{action: "s3:PutObject", resource: claim, context: in(account, "s3:if-none-match", "*")}},
		{"receive messages", call{action: "sqs:ReceiveMessage", resource: arn("QueueArn")}},
		{"delete messages", call{action: "sqs:DeleteMessage", resource: arn("QueueArn")}},
		{"read the queue's attributes, as Lambda does", call{action: "sqs:GetQueueAttributes", resource: arn("QueueArn")}},
		{"say when a message comes again", call{action: "sqs:ChangeMessageVisibility", resource: arn("QueueArn")}},
		{"publish an outcome", call{action: "sns:Publish", resource: arn("OutcomeTopicArn"), resourcePolicy: outcomes}},
		{"encrypt the outcome", call{action: "kms:GenerateDataKey", resource: key, context: bySNS, resourcePolicy: keyPolicy(tpl)}},
		{"decrypt the topic's data key", call{action: "kms:Decrypt", resource: key, context: bySNS, resourcePolicy: keyPolicy(tpl)}},
		{"open a log stream", call{action: "logs:CreateLogStream", resource: logGroup(arn("LogGroupName")) + ":log-stream:2026/11/23/1"}},
		{"write log lines", call{action: "logs:PutLogEvents", resource: logGroup(arn("LogGroupName")) + ":log-stream:2026/11/23/1"}},
	}
}

func TestTheRoleIsNoMoreThanThat(t *testing.T) {
	tpl := shared().stacks["prod"]
	decide(t, tpl, "denied", roleMayNot(t, tpl))
}

// roleMayNot are calls that the function must not be able to make.
func roleMayNot(t *testing.T, tpl template) []named {
	arn := func(output string) string { return tpl.resolved(tpl.Outputs[output].Value).(string) }
	key := tpl.reference(keyID(tpl), "Arn")
	ours := in(account)
	file, image := ourBucket+"/sync/menu.json", ourBucket+"/pub/logo.png"
	return []named{
		{"read a client's file", call{action: "s3:GetObject", resource: file, context: ours}},
		{"read a client's image", call{action: "s3:GetObject", resource: image, context: ours}},
		{"read an object whose key only ends like the folder", call{action: "s3:GetObject", resource: ourBucket + "/old/pub/", context: ours}},
		{"read a client's file through an access point", call{action: "s3:GetObject", resource: "arn:aws:s3:us-east-1:" + account + ":accesspoint/any/object/sync/menu.json", context: ours}},
		{"read an old version of a file", call{action: "s3:GetObjectVersion", resource: file, context: ours}},
		{"read an old version of the folder's object", call{action: "s3:GetObjectVersion", resource: ourBucket + "/pub/", context: ours}},
		{"read the folder of a bucket outside the prefix", call{action: "s3:GetObject", resource: "arn:aws:s3:::fusion-backups/pub/", context: ours}},
		{"write an object whose key only ends like the folder", call{action: "s3:PutObject", resource: ourBucket + "/old/pub/", context: in(account, "s3:if-none-match", "*")}},
		{"overwrite the folder if it is what it was", call{action: "s3:PutObject", resource: ourBucket + "/pub/", context: in(account, "s3:if-match", "abc")}},
		{"tag an object", call{action: "s3:PutObjectTagging", resource: ourBucket + "/pub/", context: ours}},
		{"tag without a tag", call{action: "s3:TagResource", resource: ourBucket}},
		{"serve the bucket as a website", call{action: "s3:PutBucketWebsite", resource: ourBucket, context: ours}},
		{"write the policy of a bucket of nobody knows whom", call{action: "s3:PutBucketPolicy", resource: ourBucket}},
		{"reach into another partition", call{action: "s3:CreateBucket", resource: "arn:aws-cn:s3:::fusion-rms-xmsqa1", context: tagged("OrgId")}},
		{"write a client's file", call{action: "s3:PutObject", resource: file, context: in(account, "s3:if-none-match", "*")}},
		{"write a client's image", call{action: "s3:PutObject", resource: image, context: in(account, "s3:if-none-match", "*")}},
		{"overwrite the folder", call{action: "s3:PutObject", resource: ourBucket + "/pub/", context: ours}},
		{"delete a client's file", call{action: "s3:DeleteObject", resource: file, context: ours}},
		{"delete the folder", call{action: "s3:DeleteObject", resource: ourBucket + "/pub/", context: ours}},
		{"list a client's files", call{action: "s3:ListBucket", resource: ourBucket, context: ours}},
		{"list all buckets", call{action: "s3:ListAllMyBuckets", resource: "*"}},
		{"delete the bucket", call{action: "s3:DeleteBucket", resource: ourBucket, context: ours}},
		{"delete the bucket's policy", call{action: "s3:DeleteBucketPolicy", resource: ourBucket, context: ours}},
		{"replace the bucket's tags", call{action: "s3:PutBucketTagging", resource: ourBucket, context: ours}},
		{"remove a tag", call{action: "s3:UntagResource", resource: ourBucket, context: ours}},
		{"create a bucket without the tag", call{action: "s3:CreateBucket", resource: ourBucket}},
		{"create a bucket with another tag as well", call{action: "s3:CreateBucket", resource: ourBucket, context: tagged("OrgId", "Team")}},
		{"write another tag", call{action: "s3:TagResource", resource: ourBucket, context: tagged("Team")}},
		{"write another tag beside ours", call{action: "s3:TagResource", resource: ourBucket, context: tagged("OrgId", "Team")}},
		{"create a bucket outside the prefix", call{action: "s3:CreateBucket", resource: "arn:aws:s3:::fusion-backups", context: tagged("OrgId")}},
		{"read the policy of a bucket outside the prefix", call{action: "s3:GetBucketPolicy", resource: "arn:aws:s3:::fusion-backups", context: ours}},
		{"write the policy of a bucket outside the prefix", call{action: "s3:PutBucketPolicy", resource: "arn:aws:s3:::fusion-backups", context: ours}},
		{"write the policy of another stage's bucket", call{action: "s3:PutBucketPolicy", resource: "arn:aws:s3:::fusion-rmsdev-xmsqa1", context: ours}},
		{"put an ACL on the bucket", call{action: "s3:PutBucketAcl", resource: ourBucket, context: ours}},
		{"put an ACL on an object", call{action: "s3:PutObjectAcl", resource: ourBucket + "/pub/", context: ours}},
		{"switch ACLs on", call{action: "s3:PutBucketOwnershipControls", resource: ourBucket, context: ours}},
		{"switch off the account's public access block", call{action: "s3:PutAccountPublicAccessBlock", resource: "*"}},
		{"have files deleted by a lifecycle rule", call{action: "s3:PutLifecycleConfiguration", resource: ourBucket, context: ours}},
		{"have files copied by replication", call{action: "s3:PutReplicationConfiguration", resource: ourBucket, context: ours}},
		{"read the tags of a bucket of another account", call{action: "s3:GetBucketTagging", resource: ourBucket, owner: stranger, context: in(stranger), resourcePolicy: anything(ourBucket)}},
		{"write the policy of a bucket of another account", call{action: "s3:PutBucketPolicy", resource: ourBucket, owner: stranger, context: in(stranger), resourcePolicy: anything(ourBucket)}},
		{"write the access block of a bucket of another account", call{action: "s3:PutBucketPublicAccessBlock", resource: ourBucket, owner: stranger, context: in(stranger), resourcePolicy: anything(ourBucket)}},
		{"create the folder in a bucket of another account", call{action: "s3:PutObject", resource: ourBucket + "/pub/", owner: stranger, context: in(stranger, "s3:if-none-match", "*"), resourcePolicy: anything(ourBucket)}},
		{"overwrite a claim", call{action: "s3:PutObject", resource: claim, context: ours}},
		{"overwrite a claim if it is what it was", call{action: "s3:PutObject", resource: claim, context: in(account, "s3:if-match", "abc")}},
		{"claim in a bucket of another account", call{action: "s3:PutObject", resource: claim, owner: stranger, context: in(stranger, "s3:if-none-match", "*"), resourcePolicy: anything(homes)}},
		{"read a claim in a bucket of another account", call{action: "s3:GetObject", resource: claim, owner: stranger, context: in(stranger), resourcePolicy: anything(homes)}},
		{"read a claim's earlier version", call{action: "s3:GetObjectVersion", resource: claim, context: ours}},
		{"delete a claim", call{action: "s3:DeleteObject", resource: claim, context: ours}},
		{"delete a claim's version", call{action: "s3:DeleteObjectVersion", resource: claim, context: ours}},
		{"list the claims", call{action: "s3:ListBucket", resource: homes, context: ours}},
		{"read another key beside the claims", call{action: "s3:GetObject", resource: homes + "/notes", context: ours}},
		{"write another key beside the claims", call{action: "s3:PutObject", resource: homes + "/notes", context: in(account, "s3:if-none-match", "*")}},
		{"write a folder beside the claims", call{action: "s3:PutObject", resource: homes + "/pub/", context: in(account, "s3:if-none-match", "*")}},
		{"claim in another stage", call{action: "s3:PutObject", resource: strings.Replace(claim, "-prod-", "-dev-", 1), context: in(account, "s3:if-none-match", "*")}},
		{"claim in an organization's bucket", call{action: "s3:PutObject", resource: ourBucket + "/homes/xmsqa1", context: in(account, "s3:if-none-match", "*")}},
		{"create the bucket of claims", call{action: "s3:CreateBucket", resource: homes, context: tagged("OrgId")}},
		{"tag the bucket of claims", call{action: "s3:TagResource", resource: homes, context: retagged(account, "OrgId")}},
		{"read the policy of the bucket of claims", call{action: "s3:GetBucketPolicy", resource: homes, context: ours}},
		{"write the policy of the bucket of claims", call{action: "s3:PutBucketPolicy", resource: homes, context: ours}},
		{"open the bucket of claims", call{action: "s3:PutBucketPublicAccessBlock", resource: homes, context: ours}},
		{"switch its versions off", call{action: "s3:PutBucketVersioning", resource: homes, context: ours}},
		{"have claims deleted by a lifecycle rule", call{action: "s3:PutLifecycleConfiguration", resource: homes, context: ours}},
		{"delete the bucket of claims", call{action: "s3:DeleteBucket", resource: homes, context: ours}},
		{"publish to the alarm topic", call{action: "sns:Publish", resource: strings.Replace(arn("OutcomeTopicArn"), "-outcomes", "-alarms", 1)}},
		{"publish to another topic", call{action: "sns:Publish", resource: "arn:aws:sns:us-east-1:" + account + ":payroll"}},
		{"subscribe to the outcomes", call{action: "sns:Subscribe", resource: arn("OutcomeTopicArn")}},
		{"send to the queue", call{action: "sqs:SendMessage", resource: arn("QueueArn")}},
		{"purge the queue", call{action: "sqs:PurgeQueue", resource: arn("QueueArn")}},
		{"receive dead letters", call{action: "sqs:ReceiveMessage", resource: arn("DeadLetterQueueArn")}},
		{"delete dead letters", call{action: "sqs:DeleteMessage", resource: arn("DeadLetterQueueArn")}},
		{"receive from another queue", call{action: "sqs:ReceiveMessage", resource: "arn:aws:sqs:us-east-1:" + account + ":payroll"}},
		{"use the key other than through SNS", call{action: "kms:Decrypt", resource: key, resourcePolicy: keyPolicy(tpl)}},
		{"use the key through S3", call{action: "kms:Decrypt", resource: key, context: map[string]any{"kms:ViaService": "s3.us-east-1.amazonaws.com"}, resourcePolicy: keyPolicy(tpl)}},
		{"delete the key", call{action: "kms:ScheduleKeyDeletion", resource: key, resourcePolicy: keyPolicy(tpl)}},
		{"write into another log group", call{action: "logs:PutLogEvents", resource: logGroup("/aws/lambda/payroll") + ":log-stream:1"}},
		{"create log groups", call{action: "logs:CreateLogGroup", resource: logGroup("/aws/lambda/payroll")}},
		{"delete its log", call{action: "logs:DeleteLogGroup", resource: logGroup(arn("LogGroupName"))}},
		{"change its own code", call{action: "lambda:UpdateFunctionCode", resource: arn("FunctionArn")}},
		{"widen its own role", call{action: "iam:PutRolePolicy", resource: arn("RoleArn")}},
		{"become another role", call{action: "sts:AssumeRole", resource: "arn:aws:iam::" + account + ":role/admin"}},
		{"create a client's user", call{action: "iam:CreateUser", resource: "arn:aws:iam::" + account + ":user/rms_xmsqa1"}},
		{"make keys for a client's user", call{action: "iam:CreateAccessKey", resource: "arn:aws:iam::" + account + ":user/rms_xmsqa1"}},
	}
}

// Whoever may write a bucket's policy could write one that lets themselves do
// the rest. The role's own refusals hold against that.
func TestABucketPolicyCannotGiveTheRoleMore(t *testing.T) {
	decide(t, shared().stacks["prod"], "ExplicitlyDenied", roleMayNotEvenIf())
}

// roleMayNotEvenIf are calls that a bucket's own policy allows.
func roleMayNotEvenIf() (all []named) {
	ours, policy := in(account), anything(ourBucket)
	for action, resource := range map[string]string{
		"s3:GetObject": "/sync/menu.json", "s3:GetObjectVersion": "/sync/menu.json", "s3:PutObject": "/pub/logo.png",
		"s3:DeleteObject": "/sync/menu.json", "s3:DeleteObjectVersion": "/sync/menu.json", "s3:PutObjectAcl": "/pub/",
		"s3:ListBucket": "", "s3:ListBucketVersions": "", "s3:DeleteBucket": "", "s3:PutBucketTagging": "", "s3:UntagResource": "", "s3:PutBucketAcl": "",
		"s3:DeleteBucketPolicy": "", "s3:PutLifecycleConfiguration": "", "s3:PutReplicationConfiguration": "", "s3:PutBucketVersioning": "",
	} {
		all = append(all, named{action, call{action: action, resource: ourBucket + resource, context: ours, resourcePolicy: policy}})
	}
	all = append(all, named{"s3:GetObject of a key that ends like the folder", call{action: "s3:GetObject", resource: ourBucket + "/a/pub/", context: ours, resourcePolicy: policy}})
	all = append(all, named{"s3:PutObject of a key that ends like the folder", call{action: "s3:PutObject", resource: ourBucket + "/a/pub/", context: ours, resourcePolicy: policy}})
	accessPoint := "arn:aws:s3:us-east-1:" + account + ":accesspoint/files"
	for action, resource := range map[string]string{"s3:GetObject": "/object/private/x", "s3:DeleteObject": "/object/private/x", "s3:ListBucket": ""} {
		all = append(all, named{action + " through an access point", call{action: action, resource: accessPoint + resource, context: ours, resourcePolicy: anything(accessPoint)}})
	}
	all = append(all, named{"s3:GetObject in a bucket outside the prefix", call{action: "s3:GetObject", resource: "arn:aws:s3:::fusion-backups/x", context: ours, resourcePolicy: anything("arn:aws:s3:::fusion-backups")}})
	for action, resource := range map[string]string{"s3:DeleteObject": claim, "s3:DeleteObjectVersion": claim, "s3:PutObjectAcl": claim, "s3:ListBucket": homes, "s3:PutBucketVersioning": homes} {
		all = append(all, named{action + " of claims", call{action: action, resource: resource, context: ours, resourcePolicy: anything(homes)}})
	}
	all = append(all, named{"s3:PutObject beside the claims", call{action: "s3:PutObject", resource: homes + "/notes", context: ours, resourcePolicy: anything(homes)}})
	return all
}

// This isn't wanted but can't be helped, since S3 has no condition that tells a
// creation from a later change. If it is denied one day, docs/deploy.md and the
// statement's comment can lose a paragraph.
func TestTheKnownResidueIsThatTheOrgIdOfAnExistingBucketCanBeOverwritten(t *testing.T) {
	decide(t, shared().stacks["prod"], "Allowed", roleResidue())
}

// roleResidue are calls that the role can't be kept from.
func roleResidue() []named {
	return []named{{"overwrite OrgId", call{action: "s3:TagResource", resource: ourBucket, context: retagged(account, "OrgId")}}}
}

func TestTheRoleIsRightInOtherPartitions(t *testing.T) {
	tpl := shared().stacks[china.Stage]
	bucket := "arn:aws-cn:s3:::fusion-rms-xmsqa1"
	decide(t, tpl, "Allowed", []named{
		{"write the policy", call{action: "s3:PutBucketPolicy", resource: bucket, context: in(account)}},
		{"encrypt the outcome", call{action: "kms:GenerateDataKey", resource: tpl.reference(keyID(tpl), "Arn"),
			context: map[string]any{"kms:ViaService": "sns.cn-north-1.amazonaws.com.cn"}, resourcePolicy: keyPolicy(tpl)}},
	})
	decide(t, tpl, "denied", []named{{"read a file", call{action: "s3:GetObject", resource: bucket + "/x", context: in(account)}}})
}

// named is a call with a name that reads after "the role may".
type named struct {
	name string
	call
}

// decide holds the policy engine's verdicts to what is expected. A context key
// that the engine ignores means that the test asks something else than it says.
func decide(t *testing.T, tpl template, want string, all []named) {
	t.Helper()
	var calls []call
	for _, n := range all {
		calls = append(calls, n.call)
	}
	for i, v := range simulate(t, tpl, calls) {
		t.Run(all[i].name, func(t *testing.T) {
			switch {
			case v.Result == "error":
				t.Errorf("the policy engine can't tell: %s", v.Errors)
			case want == "denied" && v.Result == "Allowed", want != "denied" && v.Result != want:
				t.Errorf("%s on %s is %s, not %s", calls[i].action, calls[i].resource, v.Result, want)
			case len(v.Ignored) > 0:
				t.Errorf("the policy engine ignored %v", v.Ignored)
			}
		})
	}
}

// anything is a bucket policy that lets the role do everything with the bucket.
func anything(bucket string) any {
	return map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": "s3:*", "Resource": []any{bucket, bucket + "/*"},
		"Principal": map[string]any{"AWS": []any{map[string]any{"Ref": "ROLE"}}},
	}}}
}

func keyID(tpl template) string {
	for id, r := range tpl.Resources {
		if r.Type == "AWS::KMS::Key" && strings.HasPrefix(id, "TopicKey") {
			return id
		}
	}
	return ""
}

func keyPolicy(tpl template) any { return tpl.Resources[keyID(tpl)].Properties["KeyPolicy"] }

func logGroup(name string) string {
	return fmt.Sprintf("arn:aws:logs:us-east-1:%s:log-group:%s", account, name)
}

// ruled is the context of an action at the creation by a stage with all rules of the
// account, with these differences.
func ruled(action string, more ...string) map[string]any {
	context := tagged("OrgId", "CostCenter", "Owner")
	context["aws:RequestTag/CostCenter"], context["aws:RequestTag/Owner"] = "media", "platform team"
	if action == "s3:TagResource" {
		return change(context, more)
	}
	context["s3:x-amz-bucket-namespace"], context["s3:x-amz-object-ownership"] = "account-regional", "BucketOwnerEnforced"
	return change(context, more)
}

// change sets keys of a context; an empty value leaves the key out.
func change(context map[string]any, to []string) map[string]any {
	for i := 0; i < len(to); i += 2 {
		if context[to[i]] = to[i+1]; to[i+1] == "" {
			delete(context, to[i])
		}
	}
	return context
}

func TestTheRoleHoldsTheFunctionToTheAccountsRules(t *testing.T) {
	tpl := shared().stacks[everything.Stage]
	regional := "arn:aws:s3:::fusion-rms-xmsqa1-" + account + "-eu-central-1-an"
	creating := func(action string) func(more ...string) call {
		return func(more ...string) call {
			return call{action: action, resource: regional, context: ruled(action, more...)}
		}
	}
	create, tag := creating("s3:CreateBucket"), creating("s3:TagResource")
	decide(t, tpl, "Allowed", []named{
		{"create a bucket by all rules", create()},
		{"tag it while creating", tag()},
		{"set its ownership while creating", call{action: "s3:PutBucketOwnershipControls", resource: regional}},
	})
	decide(t, tpl, "denied", []named{
		{"create it in the global namespace", create("s3:x-amz-bucket-namespace", "")},
		{"create it with ACLs", create("s3:x-amz-object-ownership", "ObjectWriter")},
		{"create it without ownership", create("s3:x-amz-object-ownership", "")},
		{"create it with another value of a tag", create("aws:RequestTag/Owner", "somebody")},
		{"create it without one of the tags", create("aws:RequestTag/Owner", "")},
		{"tag with another value", tag("aws:RequestTag/CostCenter", "x")},
		{"set the ownership of a bucket outside the prefix", call{action: "s3:PutBucketOwnershipControls", resource: "arn:aws:s3:::fusion-backups", context: in(account)}},
		{"set the ownership of another account's bucket", call{action: "s3:PutBucketOwnershipControls", resource: regional, owner: stranger, context: in(stranger), resourcePolicy: anything(regional)}},
		{"set the ownership of the bucket of claims", call{action: "s3:PutBucketOwnershipControls", resource: "arn:aws:s3:::orgbucket-everything-homes-" + account + "-eu-central-1-an", context: in(account)}},
		{"put an ACL", call{action: "s3:PutBucketAcl", resource: regional, context: in(account)}},
	})
}
