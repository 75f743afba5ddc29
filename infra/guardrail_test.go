package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// guardrail is docs/iam's service control policy, filled in for production.
func guardrail(t *testing.T) any {
	t.Helper()
	filled := strings.NewReplacer("ACCOUNT", account, "STAGE", "prod", "PREFIX", "fusion-rms-", "REGION", "us-east-1")
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
	}
	ofClaims = []named{
		{"claim", call{action: "s3:PutObject", resource: claim, context: in(account)}},
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
		{"save the audit's state", call{action: "s3:PutObject", resource: homes + "/" + bucket.AuditKey, context: in(account)}},
	}
)

// TestTheGuardrailKeepsEverybodyOutButThoseWhoseWorkItIs: an administrator, too.
func TestTheGuardrailKeepsEverybodyOutButThoseWhoseWorkItIs(t *testing.T) {
	tpl := shared().stacks["prod"]
	const role = "arn:aws:iam::" + account + ":role/"
	function := tpl.resolved(tpl.Outputs["RoleArn"].Value).(string)
	for who, may := range map[string]struct{ yes, no [][]named }{
		role + "administrator":              {[][]named{others}, [][]named{ofBuckets, ofClaims, ofHomes, deletions}},
		"arn:aws:iam::" + account + ":root": {[][]named{others}, [][]named{ofBuckets, ofClaims, ofHomes, deletions}},
		auditRole(tpl):                      {[][]named{others}, [][]named{ofBuckets, ofClaims, ofHomes, deletions}},
		role + "orgbucket-prod-02-Role1":    {[][]named{others}, [][]named{ofBuckets, ofClaims, ofHomes, deletions}},
		function:                            {[][]named{others, ofBuckets, ofClaims}, [][]named{ofHomes, deletions}},
		role + "OPERATORS":                  {[][]named{others, ofBuckets, ofClaims, deletions}, [][]named{ofHomes}},
		role + "cdk-hnb659fds-cfn-exec-role-" + account + "-us-east-1": {[][]named{others, ofHomes}, [][]named{ofBuckets, ofClaims, deletions}},
	} {
		for _, calls := range may.yes {
			decide(t, tpl, "Allowed", under(t, who, calls))
		}
		for _, calls := range may.no {
			decide(t, tpl, "ExplicitlyDenied", under(t, who, calls))
		}
	}
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
