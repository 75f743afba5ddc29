package permissions

import (
	"fmt"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// Guardrail is a service control policy for the stage's account: whatever somebody's own
// policies allow, only the function, deployments by the bootstrap of this qualifier and
// the operators' roles, given by their ARNs, change the organizations' buckets, the claims
// and what the audit remembers, and nobody but a deployment can pass for a function. It
// allows nothing. Service control policies don't hold in the management account of the
// organization (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html).
func Guardrail(s Stage, qualifier string, operators ...string) []Statement {
	role := func(name string) string { return fmt.Sprintf("arn:%s:iam::%s:role/%s", s.Partition, s.Account, name) }
	function, auditor := role("orgbucket-"+s.Name+"-Role*"), role("orgbucket-"+s.Name+"-AuditRole*")
	deployment := role("cdk-" + qualifier + "-cfn-exec-role-" + s.Account + "-" + s.Region)
	but := func(roles ...string) map[string]map[string][]string {
		return map[string]map[string][]string{"ArnNotLike": {"aws:PrincipalArn": roles}}
	}
	workers := but(append([]string{function}, operators...)...)
	configuration := []string{
		"s3:DeleteBucket", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketPublicAccessBlock",
		"s3:PutBucketTagging", "s3:TagResource", "s3:UntagResource",
		"s3:PutBucketAcl", "s3:PutBucketOwnershipControls", "s3:PutBucketVersioning", "s3:PutBucketWebsite",
		"s3:PutLifecycleConfiguration", "s3:PutReplicationConfiguration",
		"s3:PutEncryptionConfiguration", "s3:PutBucketRequestPayment", // which can keep the public from pub/
	}
	return []Statement{
		{
			Sid: "OrganizationsBuckets", Effect: "Deny",
			Action:    configuration,
			Resource:  []string{s.Buckets()},
			Condition: workers,
		},
		{
			Sid: "BucketOfClaims", Effect: "Deny",
			Action:    slices.Clone(configuration),
			Resource:  []string{s.homes()},
			Condition: but(deployment),
		},
		{
			// The function writes them, once; operators replace them.
			Sid: "Claims", Effect: "Deny",
			Action:    []string{"s3:PutObject"},
			Resource:  []string{s.Claims()},
			Condition: workers,
		},
		{
			Sid: "ClaimsStay", Effect: "Deny",
			Action:    []string{"s3:DeleteObject", "s3:DeleteObjectVersion"},
			Resource:  []string{s.Claims()},
			Condition: but(operators...),
		},
		{
			// Who can write what the audit knows already can hide what is new.
			Sid: "AuditsMemory", Effect: "Deny",
			Action:    []string{"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"},
			Resource:  []string{s.homes() + "/" + bucket.AuditKey},
			Condition: but(auditor),
		},
		{
			// From a bucket of one's own S3 would write here what no put may
			// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html).
			Sid: "NoReplicas", Effect: "Deny",
			Action:   []string{"s3:ReplicateObject", "s3:ReplicateDelete"},
			Resource: []string{s.homes() + "/*"},
		},
		{
			// The names above are trusted, so nobody else may make or change such roles.
			Sid: "Roles", Effect: "Deny",
			Action:    []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:PassRole"},
			Resource:  []string{function, auditor},
			Condition: but(deployment),
		},
		{
			// However a function is named, also by a version or an alias.
			Sid: "Functions", Effect: "Deny",
			Action:    []string{"lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"},
			Resource:  []string{s.arn("lambda", "function:orgbucket-"+s.Name+"-provision-bucket*"), s.arn("lambda", "function:orgbucket-"+s.Name+"-audit-buckets*")},
			Condition: but(deployment),
		},
	}
}
