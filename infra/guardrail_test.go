package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// guardrail is docs/iam's service control policy, filled in for production.
func guardrail(t *testing.T) any {
	t.Helper()
	filled := strings.NewReplacer("ACCOUNT", account, "STAGE", "prod", "PREFIX", "fusion-rms-", "REGION", "us-east-1", "QUALIFIER", "hnb659fds")
	var policy any
	if err := json.Unmarshal([]byte(filled.Replace(string(readFile(t, "../docs/iam/guardrail-scp.json")))), &policy); err != nil {
		t.Fatal(err)
	}
	return policy
}

// under returns calls as made by somebody who may do everything otherwise, in an account
// with the guardrail.
func under(t *testing.T, who string, all []named) (calls []named) {
	t.Helper()
	policy := guardrail(t)
	for _, n := range all {
		n.identity, n.principal, n.guardrail = everythingAllowed, who, policy
		n.name = who[strings.LastIndex(who, "/")+1:] + ", " + n.name
		calls = append(calls, n)
	}
	return calls
}

// what the guardrail is about.
var (
	ofBuckets = []named{
		{"delete a bucket", call{action: "s3:DeleteBucket", resource: ourBucket, context: in(account)}},
		{"write a policy", call{action: "s3:PutBucketPolicy", resource: ourBucket, context: in(account)}},
		{"delete a policy", call{action: "s3:DeleteBucketPolicy", resource: ourBucket, context: in(account)}},
		{"write an access block", call{action: "s3:PutBucketPublicAccessBlock", resource: ourBucket, context: in(account)}},
		{"add a tag", call{action: "s3:TagResource", resource: ourBucket, context: retagged(account, "OrgId")}},
		{"remove a tag", call{action: "s3:UntagResource", resource: ourBucket, context: in(account)}},
		{"replace the tags", call{action: "s3:PutBucketTagging", resource: ourBucket, context: in(account)}},
		{"create a bucket with a tag, which needs this", call{action: "s3:TagResource", resource: ourBucket, context: tagged("OrgId")}},
		{"open it by an ACL", call{action: "s3:PutBucketAcl", resource: ourBucket, context: in(account)}},
		{"switch ACLs on", call{action: "s3:PutBucketOwnershipControls", resource: ourBucket, context: in(account)}},
		{"send the public elsewhere", call{action: "s3:PutBucketWebsite", resource: ourBucket, context: in(account)}},
		{"have files deleted", call{action: "s3:PutLifecycleConfiguration", resource: ourBucket, context: in(account)}},
		{"have files copied elsewhere", call{action: "s3:PutReplicationConfiguration", resource: ourBucket, context: in(account)}},
		{"have new files under a key that the public can't use", call{action: "s3:PutEncryptionConfiguration", resource: ourBucket, context: in(account)}},
		{"have the public pay, which it can't", call{action: "s3:PutBucketRequestPayment", resource: ourBucket, context: in(account)}},
	}
	ofClaims = []named{
		{"claim", call{action: "s3:PutObject", resource: claim, context: in(account)}},
	}
	// replicas write what no put and no delete may.
	replicas = []named{
		{"replace a claim by a replica", call{action: "s3:ReplicateObject", resource: claim, context: in(account)}},
		{"delete a claim by a replica", call{action: "s3:ReplicateDelete", resource: claim, context: in(account)}},
		{"replace the audit's state by a replica", call{action: "s3:ReplicateObject", resource: homes + "/" + bucket.AuditKey, context: in(account)}},
	}
	// memory is what the audit knows already: who writes that can hide what is new.
	memory = []named{
		{"save the audit's state", call{action: "s3:PutObject", resource: homes + "/" + bucket.AuditKey, context: in(account)}},
		{"delete a version of the audit's state", call{action: "s3:DeleteObjectVersion", resource: homes + "/" + bucket.AuditKey, context: in(account)}},
	}
	ofHomes = []named{
		{"stop the claims' versions", call{action: "s3:PutBucketVersioning", resource: homes, context: in(account)}},
		{"have claims expire", call{action: "s3:PutLifecycleConfiguration", resource: homes, context: in(account)}},
		{"write the claims' policy", call{action: "s3:PutBucketPolicy", resource: homes, context: in(account)}},
	}
	deletions = []named{
		{"delete a claim", call{action: "s3:DeleteObject", resource: claim, context: in(account)}},
		{"delete a claim's version", call{action: "s3:DeleteObjectVersion", resource: claim, context: in(account)}},
	}
	// Nobody is kept from these.
	others = []named{
		{"read a policy", call{action: "s3:GetBucketPolicy", resource: ourBucket, context: in(account)}},
		{"write a file", call{action: "s3:PutObject", resource: ourBucket + "/sync/menu.json", context: in(account)}},
		{"delete a file", call{action: "s3:DeleteObject", resource: ourBucket + "/sync/menu.json", context: in(account)}},
		{"create a bucket", call{action: "s3:CreateBucket", resource: ourBucket, context: tagged("OrgId")}},
		{"write another bucket's policy", call{action: "s3:PutBucketPolicy", resource: "arn:aws:s3:::fusion-backups", context: in(account)}},
		{"create a role of one's own", call{action: "iam:CreateRole", resource: anyRole + "backup"}},
		{"change a function of one's own", call{action: "lambda:UpdateFunctionCode", resource: anyFunction + "backup"}},
		{"deploy another stage's function", call{action: "lambda:UpdateFunctionCode", resource: anyFunction + "orgbucket-prod-02-provision-bucket"}},
		{"deploy another stage's role", call{action: "iam:PutRolePolicy", resource: anyRole + "orgbucket-prod-02-Role1"}},
	}
)

const (
	anyRole     = "arn:aws:iam::" + account + ":role/"
	anyFunction = "arn:aws:lambda:us-east-1:" + account + ":function:"
)

// disguises make somebody else the function, or one of those whom the guardrail knows by
// their names.
func disguises(tpl template) (all []named) {
	for who, role := range map[string]string{"function": tpl.resolved(tpl.Outputs["RoleArn"].Value).(string), "audit": auditRole(tpl), "impostor": anyRole + "orgbucket-prod-RoleOfEve"} {
		for _, action := range []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"} {
			all = append(all, named{action + " of the " + who, call{action: action, resource: role}})
		}
		all = append(all, named{"pass the role of the " + who, call{action: "iam:PassRole", resource: role, context: map[string]any{"iam:PassedToService": "lambda.amazonaws.com"}}})
	}
	for _, function := range []string{"provision-bucket", "provision-bucket:$LATEST", "provision-bucket:live", "audit-buckets", "audit-buckets:$LATEST"} {
		for _, action := range []string{"lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"} {
			all = append(all, named{action + " of " + function, call{action: action, resource: anyFunction + "orgbucket-prod-" + function}})
		}
	}
	return all
}

// TestTheGuardrailKeepsEverybodyOutButThoseWhoseWorkItIs: an administrator, too.
func TestTheGuardrailKeepsEverybodyOutButThoseWhoseWorkItIs(t *testing.T) {
	tpl := shared().stacks["prod"]
	function := tpl.resolved(tpl.Outputs["RoleArn"].Value).(string)
	ofRoles := disguises(tpl)
	var allowed, denied []named
	for who, may := range map[string]struct{ yes, no [][]named }{
		anyRole + "administrator":           {[][]named{others}, [][]named{ofBuckets, ofClaims, ofHomes, deletions, replicas, memory, ofRoles}},
		"arn:aws:iam::" + account + ":root": {[][]named{others}, [][]named{ofBuckets, ofClaims, ofHomes, deletions, replicas, memory, ofRoles}},
		auditRole(tpl):                      {[][]named{others, memory}, [][]named{ofBuckets, ofClaims, ofHomes, deletions, replicas, ofRoles}},
		anyRole + "orgbucket-prod-02-Role1": {[][]named{others}, [][]named{ofBuckets, ofClaims, ofHomes, deletions, replicas, memory, ofRoles}},
		function:                            {[][]named{others, ofBuckets, ofClaims}, [][]named{ofHomes, deletions, replicas, memory, ofRoles}},
		anyRole + "OPERATORS":               {[][]named{others, ofBuckets, ofClaims, deletions}, [][]named{ofHomes, replicas, memory, ofRoles}},
		anyRole + "cdk-hnb659fds-cfn-exec-role-" + account + "-us-east-1": {[][]named{others, ofHomes, ofRoles}, [][]named{ofBuckets, ofClaims, deletions, replicas, memory}},
		anyRole + "cdk-eve-cfn-exec-role-" + account + "-us-east-1":       {[][]named{others}, [][]named{ofBuckets, ofClaims, ofHomes, deletions, replicas, memory, ofRoles}},
	} {
		allowed = append(allowed, under(t, who, slices.Concat(may.yes...))...)
		denied = append(denied, under(t, who, slices.Concat(may.no...))...)
	}
	decide(t, tpl, "Allowed", allowed)
	decide(t, tpl, "ExplicitlyDenied", denied)
}

// TestTheGuardrailFitsIntoAServiceControlPolicy
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html).
func TestTheGuardrailFitsIntoAServiceControlPolicy(t *testing.T) {
	text, err := json.Marshal(guardrail(t))
	if err != nil {
		t.Fatal(err)
	}
	if most := 5120; len(text) > most {
		t.Errorf("%d characters", len(text))
	}
}
