package permissions

import (
	"fmt"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// Guardrail is a service control policy for the stage's account: whatever somebody's own
// policies allow, only the function, deployments and the operators' roles, given by their
// ARNs, change the organizations' buckets and the claims. It allows nothing. Service
// control policies don't hold in the management account of the organization
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html).
func Guardrail(s Stage, operators ...string) []Statement {
	function := fmt.Sprintf("arn:%s:iam::%s:role/orgbucket-%s-Role*", s.Partition, s.Account, s.Name)
	deployment := fmt.Sprintf("arn:%s:iam::%s:role/cdk-*-cfn-exec-role-%s-%s", s.Partition, s.Account, s.Account, s.Region)
	but := func(roles ...string) map[string]map[string][]string {
		return map[string]map[string][]string{"ArnNotLike": {"aws:PrincipalArn": roles}}
	}
	configuration := []string{
		"s3:DeleteBucket", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketPublicAccessBlock",
		"s3:PutBucketTagging", "s3:TagResource", "s3:UntagResource",
		"s3:PutBucketAcl", "s3:PutBucketOwnershipControls", "s3:PutBucketVersioning", "s3:PutBucketWebsite",
		"s3:PutLifecycleConfiguration", "s3:PutReplicationConfiguration",
	}
	return []Statement{
		{
			Sid: "OrganizationsBuckets", Effect: "Deny",
			Action:    configuration,
			Resource:  []string{s.Buckets()},
			Condition: but(append([]string{function}, operators...)...),
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
			Resource:  []string{s.homes() + "/" + bucket.ClaimPrefix + "*"},
			Condition: but(append([]string{function}, operators...)...),
		},
		{
			Sid: "ClaimsStay", Effect: "Deny",
			Action:    []string{"s3:DeleteObject", "s3:DeleteObjectVersion"},
			Resource:  []string{s.homes() + "/" + bucket.ClaimPrefix + "*"},
			Condition: but(operators...),
		},
	}
}
