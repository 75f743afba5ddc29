// Package permissions is what the function may do, statement by statement: the
// one place that both the deployed role and the local run's IAM user are made
// from. It imports neither CDK nor the SDK, so that a reviewer reads rules only.
package permissions

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// Statement is one statement of an IAM policy
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
type Statement struct {
	Sid         string
	Effect      string
	Action      []string                       `json:",omitempty"`
	NotAction   []string                       `json:",omitempty"`
	Resource    []string                       `json:",omitempty"`
	NotResource []string                       `json:",omitempty"`
	Condition   map[string]map[string][]string `json:",omitempty"`
}

// Scope is where the statements hold.
type Scope struct {
	Partition    string // aws, aws-cn or aws-us-gov
	Account      string // owner of the buckets
	BucketPrefix string // "fusion-rms-"
	HomesBucket  string // keeps the claims
	// Rules are those for new buckets, which the role holds the function to.
	Rules bucket.Rules
}

// Buckets is the ARN of all buckets in scope; those of the objects in them begin
// with it.
func (s Scope) Buckets() string {
	return fmt.Sprintf("arn:%s:s3:::%s*", s.Partition, s.BucketPrefix)
}

// Claims is the ARN of all claims: one object for each organization.
func (s Scope) Claims() string {
	return fmt.Sprintf("arn:%s:s3:::%s/%s*", s.Partition, s.HomesBucket, bucket.ClaimPrefix)
}

// ours is the condition that a bucket is in the account.
func (s Scope) ours() map[string]map[string][]string {
	return map[string]map[string][]string{"StringEquals": {"s3:ResourceAccount": {s.Account}}}
}

// oursAndNew is the condition that it also is a put that overwrites nothing: one with
// If-None-Match, for which S3 takes no value but *
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html).
func (s Scope) oursAndNew() map[string]map[string][]string {
	condition := s.ours()
	condition["Null"] = map[string][]string{"s3:if-none-match": {"false"}}
	return condition
}

// writeClaim allows to write a claim where there is none.
func (s Scope) writeClaim() Statement {
	return Statement{
		Sid: "WriteClaim", Effect: "Allow",
		Action:    []string{"s3:PutObject"},
		Resource:  []string{s.Claims()},
		Condition: s.oursAndNew(),
	}
}

// withTags are the conditions that a creation has the organization's tag and exactly the
// others that the rules demand.
func (s Scope) withTags() map[string]map[string][]string {
	keys := slices.Sorted(maps.Keys(s.Rules.Tags))
	condition := map[string]map[string][]string{
		"ForAllValues:StringEquals": {"aws:TagKeys": append([]string{bucket.TagKey}, keys...)},
		"Null":                      {"aws:RequestTag/" + bucket.TagKey: {"false"}},
	}
	for _, key := range keys {
		s.demand(condition, "aws:RequestTag/"+key, s.Rules.Tags[key])
	}
	return condition
}

// creation are the conditions on CreateBucket
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
func (s Scope) creation() map[string]map[string][]string {
	condition := s.withTags()
	if s.Rules.Namespace == bucket.NamespaceAccountRegional {
		s.demand(condition, "s3:x-amz-bucket-namespace", s.Rules.Namespace)
	}
	if s.Rules.Ownership != "" {
		s.demand(condition, "s3:x-amz-object-ownership", s.Rules.Ownership)
	}
	return condition
}

func (Scope) demand(condition map[string]map[string][]string, key, value string) {
	if condition["StringEquals"] == nil {
		condition["StringEquals"] = map[string][]string{}
	}
	condition["StringEquals"][key] = []string{value}
}

// ownership allows to set the object ownership at creation, which needs a right of its
// own (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html). AWS has
// no condition by which that couldn't be changed afterwards; without a right to ACLs
// nothing follows from it.
func (s Scope) ownership() []Statement {
	if s.Rules.Ownership == "" {
		return nil
	}
	return []Statement{{
		Sid: "OwnershipOnCreation", Effect: "Allow",
		Action:    []string{setOwnership},
		Resource:  []string{s.Buckets()},
		Condition: map[string]map[string][]string{"StringEqualsIfExists": s.ours()["StringEquals"]},
	}}
}

const setOwnership = "s3:PutBucketOwnershipControls"

// S3 is all that the function may do in S3, deployed and on one machine.
func S3(s Scope) []Statement {
	buckets := s.Buckets()
	folder := buckets + "/" + bucket.FolderKey
	ours := s.ours()
	// A bucket that doesn't exist has no account: where it's asked for or made, the
	// condition mustn't turn "not there" into "denied".
	oursIfThere := ours["StringEquals"]
	onCreation := s.withTags()
	onCreation["StringEqualsIfExists"] = oursIfThere
	return slices.Concat(s.ownership(), []Statement{
		{
			// Only together with its tags. A bucket that doesn't exist yet has no
			// account, hence no condition on it.
			Sid: "CreateOrganizationBucket", Effect: "Allow",
			Action:    []string{"s3:CreateBucket"},
			Resource:  []string{buckets},
			Condition: s.creation(),
		},
		{
			// CreateBucket sends the tag along and needs this right for it. S3 has no
			// condition that holds while a bucket is created and not afterwards
			// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging.html,
			// policy 1.1), so this also lets the OrgId of an existing bucket be
			// overwritten: docs/deploy.md says how to notice. No other tag can be
			// written and none removed; PutBucketTagging, which replaces the whole set
			// and knows no conditions on tags, isn't allowed.
			Sid: "TagOnCreation", Effect: "Allow",
			Action:    []string{"s3:TagResource"},
			Resource:  []string{buckets},
			Condition: onCreation,
		},
		{
			// Observe: whose it is and what it's like.
			Sid: "ReadConfiguration", Effect: "Allow",
			Action:    []string{"s3:GetBucketTagging", "s3:GetBucketPublicAccessBlock", "s3:GetBucketPolicy"},
			Resource:  []string{buckets},
			Condition: map[string]map[string][]string{"StringEqualsIfExists": oursIfThere},
		},
		{
			// Before anything is created: homes under other names. Names and tags of the
			// account's resources; AWS has no narrower right
			// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonresourcegrouptaggingapi.html).
			Sid: "SearchByTag", Effect: "Allow",
			Action:   []string{"tag:GetResources"},
			Resource: []string{"*"},
		},
		{
			// Whether the account lets the public read. AWS knows no resource for it.
			Sid: "ReadAccountBlock", Effect: "Allow",
			Action:   []string{"s3:GetAccountPublicAccessBlock"},
			Resource: []string{"*"},
		},
		{
			// Apply: public access block, then policy.
			Sid: "WriteConfiguration", Effect: "Allow",
			Action:    []string{"s3:PutBucketPublicAccessBlock", "s3:PutBucketPolicy"},
			Resource:  []string{buckets},
			Condition: ours,
		},
		{
			// HeadObject on pub/ alone, not on what's in it.
			Sid: "SeeFolder", Effect: "Allow",
			Action:    []string{"s3:GetObject"},
			Resource:  []string{folder},
			Condition: ours,
		},
		{
			// Only a put that overwrites nothing.
			Sid: "CreateFolder", Effect: "Allow",
			Action:    []string{"s3:PutObject"},
			Resource:  []string{folder},
			Condition: s.oursAndNew(),
		},
		{
			// Which bucket is an organization's home.
			Sid: "ReadClaim", Effect: "Allow",
			Action:    []string{"s3:GetObject"},
			Resource:  []string{s.Claims()},
			Condition: ours,
		},
		s.writeClaim(),
		{
			// PutBucketPolicy could be used to grant oneself clients' files: denied
			// here, which no bucket policy can overrule.
			Sid: "NoObjectsButFolder", Effect: "Deny",
			Action:      []string{"s3:GetObject", "s3:PutObject"},
			NotResource: []string{folder, s.Claims()},
		},
		{
			// IAM's * crosses slashes, so the folder's pattern also matches keys like
			// private/pub/.
			Sid: "NoFolderInFolders", Effect: "Deny",
			Action:   []string{"s3:GetObject", "s3:PutObject"},
			Resource: []string{buckets + "/*/" + bucket.FolderKey},
		},
		{
			// Likewise everything else in S3: list, delete, re-tag, ACLs, versions,
			// on any bucket, also by way of an access point.
			Sid: "NothingElse", Effect: "Deny",
			NotAction: s.used(),
			Resource:  []string{fmt.Sprintf("arn:%s:s3:*:*:*", s.Partition)},
		},
	})
}

// used are the actions of S3 that the function needs.
func (s Scope) used() []string {
	all := []string{
		"s3:CreateBucket", "s3:TagResource",
		"s3:GetBucketTagging", "s3:GetBucketPublicAccessBlock", "s3:GetBucketPolicy", "s3:GetAccountPublicAccessBlock",
		"s3:PutBucketPublicAccessBlock", "s3:PutBucketPolicy",
		"s3:GetObject", "s3:PutObject",
	}
	if s.Rules.Ownership != "" {
		all = append(all, setOwnership)
	}
	return all
}

// Document is the statements as an IAM policy.
func Document(statements []Statement) ([]byte, error) {
	policy, err := json.Marshal(struct {
		Version   string
		Statement []Statement
	}{"2012-10-17", statements})
	if err != nil {
		return nil, fmt.Errorf("encode IAM policy: %w", err)
	}
	return policy, nil
}
