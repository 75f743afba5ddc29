package permissions

import (
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// Audit is all that the function which audits on a schedule may do in S3: read what an
// operator reads, and remember in one object how far it has come.
func Audit(s Scope) []Statement {
	state := fmt.Sprintf("arn:%s:s3:::%s/%s", s.Partition, s.HomesBucket, bucket.AuditKey)
	folder := s.Buckets() + "/" + bucket.FolderKey
	return append(s.look(), []Statement{
		{
			// Whether the account lets the public read. AWS knows no resource for it.
			Sid: "ReadAccountBlock", Effect: "Allow",
			Action:   []string{"s3:GetAccountPublicAccessBlock"},
			Resource: everywhere,
		},
		{
			// Which claims there are, and that the state isn't there yet.
			Sid: "ListClaims", Effect: "Allow",
			Action:    []string{"s3:ListBucket"},
			Resource:  []string{s.homes()},
			Condition: s.ours(),
		},
		{
			// Its memory. The bucket has versions; it deletes the one before.
			Sid: "Remember", Effect: "Allow",
			Action:    []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObjectVersion"},
			Resource:  []string{state},
			Condition: s.ours(),
		},
		{
			// Whatever a bucket's own policy grants.
			Sid: "NoObjectsButFolderClaimsAndMemory", Effect: "Deny",
			Action:      []string{"s3:GetObject"},
			NotResource: []string{folder, s.Claims(), state},
		},
		{
			Sid: "WriteNothingButMemory", Effect: "Deny",
			Action:      []string{"s3:PutObject", "s3:DeleteObjectVersion"},
			NotResource: []string{state},
		},
		{
			Sid: "ListNoFiles", Effect: "Deny",
			Action:      []string{"s3:ListBucket"},
			NotResource: []string{s.homes()},
		},
		{
			// Everything else in S3, on any bucket, also by way of an access point.
			Sid: "NothingElse", Effect: "Deny",
			NotAction: []string{
				"s3:GetBucketTagging", "s3:GetBucketPublicAccessBlock", "s3:GetBucketPolicy", "s3:GetAccountPublicAccessBlock",
				"s3:ListAllMyBuckets", "s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObjectVersion",
			},
			Resource: []string{fmt.Sprintf("arn:%s:s3:*:*:*", s.Partition)},
		},
	}...)
}

// look is to observe buckets and claims: what operators and the audit may.
func (s Scope) look() []Statement {
	ours := s.ours()["StringEquals"]
	return []Statement{
		{
			// A bucket that doesn't exist has no account: the condition mustn't turn
			// "not there" into "denied".
			Sid: "ReadBucketConfiguration", Effect: "Allow",
			Action:    []string{"s3:GetBucketTagging", "s3:GetBucketPublicAccessBlock", "s3:GetBucketPolicy"},
			Resource:  []string{s.Buckets()},
			Condition: map[string]map[string][]string{"StringEqualsIfExists": ours},
		},
		{
			// HeadObject on pub/ alone, an empty object, not on what's in it.
			Sid: "SeeFolder", Effect: "Allow",
			Action:    []string{"s3:GetObject"},
			Resource:  []string{s.Buckets() + "/" + bucket.FolderKey},
			Condition: map[string]map[string][]string{"StringEquals": ours},
		},
		{
			// IAM's * crosses slashes, so the folder's pattern also matches keys like
			// private/pub/. It takes such keys, and nothing else, from whoever may read
			// files otherwise.
			Sid: "NoFolderInFolders", Effect: "Deny",
			Action:   []string{"s3:GetObject"},
			Resource: []string{s.Buckets() + "/*/" + bucket.FolderKey},
		},
		{
			// The claims, and that one is absent: without the right to list S3 answers
			// 403 (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html). The
			// audit lists them.
			Sid: "ReadClaims", Effect: "Allow",
			Action:    []string{"s3:GetObject"},
			Resource:  []string{s.Claims()},
			Condition: map[string]map[string][]string{"StringEquals": ours},
		},
		{
			// The audit's list, and whether a bucket that can't be read is this
			// account's. Names only; S3 has no narrower right.
			Sid: "ListBuckets", Effect: "Allow",
			Action:   []string{"s3:ListAllMyBuckets"},
			Resource: everywhere,
		},
	}
}
