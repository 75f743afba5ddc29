package s3store

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// folderType is the content type that S3's console gives folders.
const folderType = "application/x-directory"

// once keeps the SDK from retrying a write of configuration. Such a write was planned
// from a read, and somebody may have changed the configuration while the SDK waited.
// The caller reads and plans again instead.
func once(o *s3.Options) { o.RetryMaxAttempts = 1 }

// ReadAccessBlock reads the public access block.
func (s *Store) ReadAccessBlock(ctx context.Context, name string) (bucket.AccessBlock, error) {
	out, err := s.api.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &name, ExpectedBucketOwner: &s.account})
	if refusalOf(err).code == "NoSuchPublicAccessBlockConfiguration" {
		return bucket.AccessBlock{}, nil
	}
	if err != nil {
		return bucket.AccessBlock{}, classify(err, "read the public access block of %s", name)
	}
	c := out.PublicAccessBlockConfiguration
	if c == nil {
		// For "none" S3 has an error code.
		return bucket.AccessBlock{}, fault.New(fault.ServiceUnavailable, "read the public access block of %s: S3 answered with an empty body", name)
	}
	return bucket.AccessBlock{
		BlockPublicACLs:       aws.ToBool(c.BlockPublicAcls),
		IgnorePublicACLs:      aws.ToBool(c.IgnorePublicAcls),
		BlockPublicPolicy:     aws.ToBool(c.BlockPublicPolicy),
		RestrictPublicBuckets: aws.ToBool(c.RestrictPublicBuckets),
	}, nil
}

// PutAccessBlock writes all four flags.
func (s *Store) PutAccessBlock(ctx context.Context, name string, b bucket.AccessBlock) error {
	_, err := s.api.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket:              &name,
		ExpectedBucketOwner: &s.account,
		PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls:       &b.BlockPublicACLs,
			IgnorePublicAcls:      &b.IgnorePublicACLs,
			BlockPublicPolicy:     &b.BlockPublicPolicy,
			RestrictPublicBuckets: &b.RestrictPublicBuckets,
		},
	}, once)
	if err != nil {
		return classify(err, "put the public access block of %s", name)
	}
	return nil
}

// ReadPolicy reads the bucket's policy.
func (s *Store) ReadPolicy(ctx context.Context, name string) (policy.Document, error) {
	out, err := s.api.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &name, ExpectedBucketOwner: &s.account})
	if refusalOf(err).code == "NoSuchBucketPolicy" {
		return policy.Document{}, nil
	}
	if err != nil {
		return policy.Document{}, classify(err, "read the policy of %s", name)
	}
	if strings.TrimSpace(aws.ToString(out.Policy)) == "" {
		// Not "none": S3 says that with a code of its own.
		return policy.Document{}, fault.New(fault.ServiceUnavailable, "read the policy of %s: S3 answered with an empty body", name)
	}
	d, err := policy.Parse([]byte(*out.Policy))
	if err != nil {
		return policy.Document{}, fault.Wrap(fault.PolicyConflict, err, "read the policy of %s", name)
	}
	return d, nil
}

// PutPolicy replaces the bucket's policy.
func (s *Store) PutPolicy(ctx context.Context, name string, d policy.Document) error {
	_, err := s.api.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &name, ExpectedBucketOwner: &s.account, Policy: aws.String(string(d.JSON()))}, once)
	if err != nil {
		return classifyPolicy(err, "put the policy of %s", name)
	}
	return nil
}

// HasFolder reports whether the folder's object is known to exist. Without the
// permission to list the bucket S3 answers 403 for an absent object
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html), so 403
// counts as absent. That is safe, since PutFolder never overwrites.
func (s *Store) HasFolder(ctx context.Context, name string) (bool, error) {
	_, err := s.api.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &name, Key: aws.String(bucket.FolderKey), ExpectedBucketOwner: &s.account})
	if err == nil {
		return true, nil
	}
	if r := refusalOf(err); r.status == http.StatusNotFound || r.denies() {
		return false, nil
	}
	return false, classify(err, "look for %s in %s", bucket.FolderKey, name)
}

// PutFolder creates the folder's object if there's none.
func (s *Store) PutFolder(ctx context.Context, name string) (created bool, err error) {
	_, err = s.api.PutObject(ctx, &s3.PutObjectInput{
		Bucket:              &name,
		Key:                 aws.String(bucket.FolderKey),
		Body:                bytes.NewReader(nil),
		ContentType:         aws.String(folderType),
		IfNoneMatch:         aws.String("*"),
		ExpectedBucketOwner: &s.account,
	})
	if err == nil {
		return true, nil
	}
	if r := refusalOf(err); r.status == http.StatusPreconditionFailed || r.code == "PreconditionFailed" {
		return false, nil
	}
	return false, classify(err, "create %s in %s", bucket.FolderKey, name)
}
