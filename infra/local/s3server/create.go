package s3server

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3err"

	"github.com/fusionpos/orgbucket/pkg/fake/s3rules"
)

// tagResource is also the permission that AWS asks for, beside s3:CreateBucket, when
// a bucket is created with tags. versitygw knows neither action.
const (
	tagResource   = auth.Action("s3:TagResource")
	untagResource = auth.Action("s3:UntagResource")
)

// namespaceHeader chooses a bucket's namespace at creation. versitygw ignores it.
const namespaceHeader = "X-Amz-Bucket-Namespace"

// ownershipHeader chooses the object ownership. versitygw fills in its own without it.
const ownershipHeader = "X-Amz-Object-Ownership"

// allowed is the value of versitygw's decision "allow", whose name it keeps to itself.
const allowed = 1

// CreateBucket refuses reserved names and names outside their namespace, tags from a
// caller who may not tag, and what the account's rules don't allow.
func (s *store) CreateBucket(ctx context.Context, in *s3.CreateBucketInput, acl []byte) error {
	namespace, _ := ctx.Value(namespaceHeader).(string)
	if bad := s3rules.CheckName(aws.ToString(in.Bucket), namespace, s.account, s.region); bad != nil {
		return s3err.APIError{Code: bad.Code, Description: bad.Message, HTTPStatusCode: http.StatusBadRequest}
	}
	tags := map[string]string{}
	if in.CreateBucketConfiguration != nil && len(in.CreateBucketConfiguration.Tags) > 0 {
		if err := s.mayTag(ctx, aws.ToString(in.Bucket)); err != nil {
			return err
		}
		for _, t := range in.CreateBucketConfiguration.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
	}
	ownership, _ := ctx.Value(ownershipHeader).(string)
	if !s.rules.allow(in, namespace, ownership) {
		return deniedByRule(ctx, aws.ToString(in.Bucket))
	}
	err := s.Backend.CreateBucket(ctx, in, acl)
	if err == nil {
		s.tags.put(aws.ToString(in.Bucket), tags)
	}
	return err
}

// mayTag asks the caller's user policies. The tags don't go with the question:
// versitygw's IAM drops aws:RequestTag and aws:TagKeys from S3's questions.
func (s *store) mayTag(ctx context.Context, bucket string) error {
	caller, _ := ctx.Value("account").(auth.Account)
	if caller.Access == s.account { // root
		return nil
	}
	arn := auth.ResourceArnPrefix + bucket
	answer, err := s.iam.EvaluatePolicy(caller.Access, caller.SessionToken, []auth.Action{tagResource}, []string{arn}, nil)
	if err != nil {
		return fmt.Errorf("ask whether %s may tag %s: %w", caller.Arn, bucket, err)
	}
	if answer.Decisions[0][0] != allowed {
		return s3err.GetImplicitDenyAccessErr(caller.Arn, string(tagResource), arn)
	}
	return nil
}
