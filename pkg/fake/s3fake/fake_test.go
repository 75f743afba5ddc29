package s3fake_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

const (
	us   = "111111111111"
	them = "222222222222"
	name = "a-bucket"
)

// newFake is an S3 with callers of two accounts: "operator" is ours, "stranger" isn't.
func newFake() *s3fake.Server {
	s := s3fake.New(us)
	s.SetIdentity("stranger", s3fake.Identity{Account: them})
	return s
}

// once is a client that repeats nothing.
func once(s *s3fake.Server, o s3fake.ClientOptions) *s3.Client {
	o.Retryer = aws.NopRetryer{}
	return s.Client(o)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused checks an answer's status and code.
func refused(t *testing.T, err error, status int, code string) {
	t.Helper()
	api, isAPI := errors.AsType[smithy.APIError](err)
	response, isResponse := errors.AsType[*smithyhttp.ResponseError](err)
	if !isAPI || !isResponse || response.HTTPStatusCode() != status || api.ErrorCode() != code {
		t.Errorf("%v, want %d %s", err, status, code)
	}
}

// create creates a bucket with tags, if there are any, and a constraint, if there is one.
func create(ctx context.Context, c *s3.Client, bucket, constraint string, tags ...types.Tag) error {
	in := &s3.CreateBucketInput{Bucket: &bucket}
	if constraint != "" || len(tags) > 0 {
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(constraint), Tags: tags}
	}
	_, err := c.CreateBucket(ctx, in)
	return err
}

func tag(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }

func getTags(ctx context.Context, c *s3.Client, bucket string) error {
	_, err := c.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &bucket})
	return err
}

func putPolicy(ctx context.Context, c *s3.Client, bucket, document string) error {
	_, err := c.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &document})
	return err
}

func policyOf(ctx context.Context, c *s3.Client, bucket string) (string, error) {
	out, err := c.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket})
	if err != nil {
		return "", err
	}
	return *out.Policy, nil
}

func putBlock(ctx context.Context, c *s3.Client, bucket string, all bool) error {
	_, err := c.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: &bucket, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
		BlockPublicAcls: &all, IgnorePublicAcls: &all, BlockPublicPolicy: &all, RestrictPublicBuckets: &all,
	}})
	return err
}

const publicPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::a-bucket/pub/*"}]}`
