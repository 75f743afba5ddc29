package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// auditRole is the ARN of the role of the function that audits.
func auditRole(tpl template) string {
	for id, r := range tpl.Resources {
		if r.Type == "AWS::IAM::Role" && strings.HasPrefix(id, "AuditRole") {
			return tpl.reference(id, "Arn")
		}
	}
	return ""
}

// byAudit returns the calls as made with that role.
func byAudit(t *testing.T, tpl template, all []named) []named {
	t.Helper()
	role := tpl.only(t, "AWS::IAM::Role", "AuditRole")
	policy := tpl.resolved(get(role.Properties["Policies"].([]any)[0], "PolicyDocument"))
	calls := slices.Clone(all)
	for i := range calls {
		calls[i].identity, calls[i].principal = policy, auditRole(tpl)
	}
	return calls
}

// auditsCalls are the requests that the scheduled audit makes, the last ones only if
// findings are published.
func auditsCalls(tpl template) []named {
	homes, ours := tpl.reference("Homes", "Arn"), in(account)
	state := homes + "/" + bucket.AuditKey
	region, _ := tpl.where()
	log := "arn:aws:logs:" + region + ":" + account + ":log-group:/aws/lambda/orgbucket-" + tpl.stage + "-audit-buckets:log-stream:1"
	calls := []named{
		{"list buckets: s3.ListBuckets", call{action: "s3:ListAllMyBuckets", resource: "*"}},
		{"see whose a bucket is: s3.GetBucketTagging", call{action: "s3:GetBucketTagging", resource: ourBucket, context: ours}},
		{"see that a bucket isn't there: s3.GetBucketTagging", call{action: "s3:GetBucketTagging", resource: ourOther}},
		{"read its public access block: s3.GetPublicAccessBlock", call{action: "s3:GetBucketPublicAccessBlock", resource: ourBucket, context: ours}},
		{"read its policy: s3.GetBucketPolicy", call{action: "s3:GetBucketPolicy", resource: ourBucket, context: ours}},
		{"look for the folder: s3.HeadObject", call{action: "s3:GetObject", resource: ourBucket + "/pub/", context: ours}},
		{"read the account's access block", call{action: "s3:GetAccountPublicAccessBlock", resource: "*"}},
		{"list the claims: s3.ListObjectsV2", call{action: "s3:ListBucket", resource: homes, context: ours}},
		{"read a claim: s3.GetObject", call{action: "s3:GetObject", resource: homes + "/homes/xmsqa1", context: ours}},
		{"read its state: s3.GetObject", call{action: "s3:GetObject", resource: state, context: ours}},
		{"save its state: s3.PutObject", call{action: "s3:PutObject", resource: state, context: ours}},
		{"delete the version before: s3.DeleteObject", call{action: "s3:DeleteObjectVersion", resource: state, context: ours}},
		{"write log lines", call{action: "logs:PutLogEvents", resource: log}},
	}
	if tpl.stage != everything.Stage {
		return calls
	}
	policy := tpl.Resources[outcomesPolicy(tpl)].Properties["PolicyDocument"]
	return append(calls, []named{
		{"publish a finding: sns.Publish", call{action: "sns:Publish", resource: tpl.resolved(tpl.Outputs["OutcomeTopicArn"].Value).(string), resourcePolicy: policy}},
		{"encrypt it", call{action: "kms:GenerateDataKey", resource: tpl.reference(keyID(tpl), "Arn"), resourcePolicy: keyPolicy(tpl), context: map[string]any{"kms:ViaService": "sns." + region + ".amazonaws.com"}}},
	}...)
}

func outcomesPolicy(tpl template) string {
	for id, r := range tpl.Resources {
		if r.Type == "AWS::SNS::TopicPolicy" && strings.HasPrefix(id, "OutcomesPolicy") {
			return id
		}
	}
	return ""
}

func TestTheAuditsRoleIsEnoughForEveryCallOfTheAudit(t *testing.T) {
	for _, stage := range []string{"prod", everything.Stage} {
		tpl := shared().stacks[stage]
		decide(t, tpl, "Allowed", byAudit(t, tpl, auditsCalls(tpl)))
	}
}

func TestTheAuditsRoleOnlyReads(t *testing.T) {
	tpl := shared().stacks["prod"]
	ours := in(account)
	arn := func(output string) string { return tpl.resolved(tpl.Outputs[output].Value).(string) }
	file, state := ourBucket+"/sync/menu.json", homes+"/"+bucket.AuditKey
	all := []named{
		{"read a file", call{action: "s3:GetObject", resource: file, context: ours}},
		{"read an image", call{action: "s3:GetObject", resource: ourBucket + "/pub/logo.png", context: ours}},
		{"read a key that ends like the folder", call{action: "s3:GetObject", resource: ourBucket + "/old/pub/", context: ours}},
		{"list files", call{action: "s3:ListBucket", resource: ourBucket, context: ours}},
		{"write a file", call{action: "s3:PutObject", resource: file, context: ours}},
		{"write the folder", call{action: "s3:PutObject", resource: ourBucket + "/pub/", context: in(account, "s3:if-none-match", "*")}},
		{"delete a file", call{action: "s3:DeleteObject", resource: file, context: ours}},
		{"delete a version of a file", call{action: "s3:DeleteObjectVersion", resource: file, context: ours}},
		{"write a policy", call{action: "s3:PutBucketPolicy", resource: ourBucket, context: ours}},
		{"write an access block", call{action: "s3:PutBucketPublicAccessBlock", resource: ourBucket, context: ours}},
		{"tag a bucket", call{action: "s3:TagResource", resource: ourBucket, context: retagged(account, "OrgId")}},
		{"create a bucket", call{action: "s3:CreateBucket", resource: ourBucket, context: tagged("OrgId")}},
		{"delete a bucket", call{action: "s3:DeleteBucket", resource: ourBucket, context: ours}},
		{"claim", call{action: "s3:PutObject", resource: claim, context: in(account, "s3:if-none-match", "*")}},
		{"delete a claim", call{action: "s3:DeleteObject", resource: claim, context: ours}},
		{"delete a claim's version", call{action: "s3:DeleteObjectVersion", resource: claim, context: ours}},
		{"write beside its state", call{action: "s3:PutObject", resource: homes + "/audit/notes", context: ours}},
		{"put a marker on its state", call{action: "s3:DeleteObject", resource: state, context: ours}},
		{"save its state in another account's bucket", call{action: "s3:PutObject", resource: state, owner: stranger, context: in(stranger), resourcePolicy: anything(homes)}},
		{"open the bucket of claims", call{action: "s3:PutBucketPublicAccessBlock", resource: homes, context: ours}},
		{"read a bucket outside the prefix", call{action: "s3:GetBucketPolicy", resource: "arn:aws:s3:::fusion-backups", context: ours}},
		{"write the account's access block", call{action: "s3:PutAccountPublicAccessBlock", resource: "*"}},
		{"publish an outcome", call{action: "sns:Publish", resource: arn("OutcomeTopicArn")}},
		{"receive messages", call{action: "sqs:ReceiveMessage", resource: arn("QueueArn")}},
		{"invoke the other function", call{action: "lambda:InvokeFunction", resource: arn("FunctionArn")}},
		{"write the other function's log", call{action: "logs:PutLogEvents", resource: logGroup(arn("LogGroupName")) + ":log-stream:1"}},
		{"widen its own role", call{action: "iam:PutRolePolicy", resource: auditRole(tpl)}},
	}
	decide(t, tpl, "denied", byAudit(t, tpl, all))
	// A bucket's own policy can't give it more either.
	var granted []named
	for _, n := range all[:8] {
		name, _, _ := strings.Cut(n.resource, "/")
		n.resourcePolicy = map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
			"Effect": "Allow", "Action": "s3:*", "Resource": []any{name, name + "/*"}, "Principal": map[string]any{"AWS": auditRole(tpl)},
		}}}
		granted = append(granted, n)
	}
	decide(t, tpl, "ExplicitlyDenied", byAudit(t, tpl, granted))
}
