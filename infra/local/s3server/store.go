package s3server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"

	"github.com/fusionpos/orgbucket/pkg/fake/s3rules"
)

// store is versitygw's directory with the refusals of S3 that versitygw doesn't
// know. versitygw calls it when signature, permission and document are settled,
// so a refusal from here never comes before one of those.
type store struct {
	backend.Backend
	account, region string
	blocks          *blocks
	rules           *rulesInForce
	tags            *tagIndex
	iam             auth.PolicyEvaluator
}

// maxPolicy is how many bytes of JSON without its white space a bucket policy
// may have. versitygw sets no limit.
const maxPolicy = 20 * 1024

// PutBucketPolicy refuses a public policy where the public access block says so, and one that is too large.
func (s *store) PutBucketPolicy(ctx context.Context, bucket string, policy []byte) error {
	if compact := new(bytes.Buffer); json.Compact(compact, policy) == nil && compact.Len() > maxPolicy {
		return s3err.APIError{Code: "PolicyTooLarge", HTTPStatusCode: http.StatusBadRequest, // the code is not confirmed by AWS's documents
			Description: "Policy exceeds the maximum allowed document size."}
	}
	if s.blocks.effective(bucket).BlockPublicPolicy && s3rules.IsPublic(policy) {
		caller, _ := ctx.Value("account").(auth.Account)
		return s3err.APIError{
			Code: "AccessDenied", HTTPStatusCode: http.StatusForbidden,
			Description: fmt.Sprintf("User: %s is not authorized to perform: s3:PutBucketPolicy on resource: %q because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
				caller.Arn, "arn:aws:s3:::"+bucket),
		}
	}
	return s.Backend.PutBucketPolicy(ctx, bucket, policy)
}

// StorePolicy stores a policy past the check of its principals: S3 shows those of a
// deleted user by the user's id, which it takes in no put.
func (s *Server) StorePolicy(ctx context.Context, bucket, policy string) error {
	defer s.locks.enter(bucket, true)()
	if err := s.store.PutBucketPolicy(ctx, bucket, []byte(policy)); err != nil {
		return fmt.Errorf("store the policy of %s: %w", bucket, err)
	}
	return nil
}

// DeleteBucket lets the access block and the search's tags go with their bucket.
func (s *store) DeleteBucket(ctx context.Context, bucket string) error {
	err := s.Backend.DeleteBucket(ctx, bucket)
	if err == nil {
		s.blocks.forget(bucket)
		s.tags.put(bucket, nil)
	}
	return err
}

// PutBucketTagging also lets the bucket be found by its new tags.
func (s *store) PutBucketTagging(ctx context.Context, bucket string, tags map[string]string) error {
	err := s.Backend.PutBucketTagging(ctx, bucket, tags)
	if err == nil {
		s.tags.put(bucket, tags)
	}
	return err
}

// DeleteBucketTagging also lets the bucket be found by no tag.
func (s *store) DeleteBucketTagging(ctx context.Context, bucket string) error {
	err := s.Backend.DeleteBucketTagging(ctx, bucket)
	if err == nil {
		s.tags.put(bucket, nil)
	}
	return err
}

// GetBucketAcl is how versitygw learns of every request on a bucket whose it is.
// versitygw's root may do anything to any bucket; on AWS an account can do
// nothing to another account's bucket unless that lets it in.
func (s *store) GetBucketAcl(ctx context.Context, in *s3.GetBucketAclInput) ([]byte, error) {
	data, err := s.Backend.GetBucketAcl(ctx, in)
	if err != nil {
		return nil, err
	}
	var acl auth.ACL
	if err := json.Unmarshal(data, &acl); err != nil {
		return nil, fmt.Errorf("read the owner of %s: %w", aws.ToString(in.Bucket), err)
	}
	if acl.Owner != "" && acl.Owner != s.account {
		return nil, s3err.GetAPIError(s3err.ErrAccessDenied)
	}
	return data, nil
}

// ListBuckets lists the account's buckets. versitygw's root would see everybody's.
func (s *store) ListBuckets(ctx context.Context, in s3response.ListBucketsInput) (s3response.ListAllMyBucketsResult, error) {
	in.IsAdmin, in.Owner = false, s.account
	return s.Backend.ListBuckets(ctx, in)
}

// NormalizeObjectKey says under which name a key is looked up in policies.
// versitygw cleans it as a path, which makes "pub/" into "pub"; to S3 these are
// two keys, and a policy on one says nothing of the other.
func (s *store) NormalizeObjectKey(bucket, key string) string {
	name := s.Backend.NormalizeObjectKey(bucket, key)
	if strings.HasSuffix(key, "/") && name != "" && !strings.HasSuffix(name, "/") {
		name += "/"
	}
	return name
}
