package bucketstest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// Operator is the part of a Backdoor that any S3 client does which may do
// everything in the account.
type Operator struct {
	S3        *s3.Client
	S3Control *s3control.Client
	Region    string
}

// Client returns the operator's S3 client.
func (o Operator) Client() *s3.Client { return o.S3 }

// Control returns the operator's S3 Control client.
func (o Operator) Control() *s3control.Client { return o.S3Control }

// CreateBucket creates a bucket.
func (o Operator) CreateBucket(ctx context.Context, c bucket.Candidate, tags map[string]string) error {
	in := &s3.CreateBucketInput{Bucket: &c.Name, CreateBucketConfiguration: &types.CreateBucketConfiguration{}}
	for key, value := range tags {
		in.CreateBucketConfiguration.Tags = append(in.CreateBucketConfiguration.Tags, types.Tag{Key: &key, Value: &value})
	}
	switch {
	case o.Region != "us-east-1":
		in.CreateBucketConfiguration.LocationConstraint = types.BucketLocationConstraint(o.Region)
	case tags == nil:
		in.CreateBucketConfiguration = nil // an empty one is refused
	}
	if c.AccountRegional {
		in.BucketNamespace = types.BucketNamespaceAccountRegional
	}
	_, err := o.S3.CreateBucket(ctx, in)
	return doing(err, "create bucket %s", c.Name)
}

// Tags reads the bucket's tags.
func (o Operator) Tags(ctx context.Context, name string) (map[string]string, error) {
	tags := map[string]string{}
	out, err := o.S3.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &name})
	if isCode(err, "NoSuchTagSet") {
		return tags, nil
	}
	if err != nil {
		return nil, doing(err, "read the tags of %s", name)
	}
	for _, t := range out.TagSet {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return tags, nil
}

// AccessBlock reads the public access block.
func (o Operator) AccessBlock(ctx context.Context, name string) (*bucket.AccessBlock, error) {
	out, err := o.S3.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &name})
	if isCode(err, "NoSuchPublicAccessBlockConfiguration") {
		return nil, nil
	}
	if err != nil {
		return nil, doing(err, "read the public access block of %s", name)
	}
	c := out.PublicAccessBlockConfiguration
	return &bucket.AccessBlock{
		BlockPublicACLs: *c.BlockPublicAcls, IgnorePublicACLs: *c.IgnorePublicAcls,
		BlockPublicPolicy: *c.BlockPublicPolicy, RestrictPublicBuckets: *c.RestrictPublicBuckets,
	}, nil
}

// PutAccessBlock sets or removes the public access block.
func (o Operator) PutAccessBlock(ctx context.Context, name string, b *bucket.AccessBlock) error {
	if b == nil {
		_, err := o.S3.DeletePublicAccessBlock(ctx, &s3.DeletePublicAccessBlockInput{Bucket: &name})
		return doing(err, "remove the public access block of %s", name)
	}
	_, err := o.S3.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: &name, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
		BlockPublicAcls: &b.BlockPublicACLs, IgnorePublicAcls: &b.IgnorePublicACLs,
		BlockPublicPolicy: &b.BlockPublicPolicy, RestrictPublicBuckets: &b.RestrictPublicBuckets,
	}})
	return doing(err, "put the public access block of %s", name)
}

// Policy reads the policy.
func (o Operator) Policy(ctx context.Context, name string) (string, error) {
	out, err := o.S3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &name})
	if isCode(err, "NoSuchBucketPolicy") {
		return "", nil
	}
	if err != nil {
		return "", doing(err, "read the policy of %s", name)
	}
	return aws.ToString(out.Policy), nil
}

// PutPolicy replaces the policy.
func (o Operator) PutPolicy(ctx context.Context, name, document string) error {
	_, err := o.S3.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &name, Policy: &document})
	return doing(err, "put the policy of %s", name)
}

// Object gets an object.
func (o Operator) Object(ctx context.Context, name, key string) (*Object, error) {
	out, err := o.S3.GetObject(ctx, &s3.GetObjectInput{Bucket: &name, Key: &key})
	if isCode(err, "NoSuchKey") {
		return nil, nil
	}
	if err != nil {
		return nil, doing(err, "get %s from %s", key, name)
	}
	body, err := io.ReadAll(out.Body)
	if err = errors.Join(err, out.Body.Close()); err != nil {
		return nil, doing(err, "get %s from %s", key, name)
	}
	return &Object{ContentType: aws.ToString(out.ContentType), Body: string(body), Note: out.Metadata["note"]}, nil
}

// PutObject puts an object.
func (o Operator) PutObject(ctx context.Context, name, key string, object Object) error {
	in := &s3.PutObjectInput{Bucket: &name, Key: &key, Body: strings.NewReader(object.Body), ContentType: &object.ContentType}
	if object.Note != "" {
		in.Metadata = map[string]string{"note": object.Note}
	}
	_, err := o.S3.PutObject(ctx, in)
	return doing(err, "put %s into %s", key, name)
}

// answered returns a call's status and S3's code, or 200.
func answered(err error) string {
	if err == nil {
		return "200"
	}
	api, isAPI := errors.AsType[smithy.APIError](err)
	response, isResponse := errors.AsType[*smithyhttp.ResponseError](err)
	if !isAPI || !isResponse {
		return "error: " + err.Error()
	}
	return fmt.Sprint(response.HTTPStatusCode(), " ", api.ErrorCode())
}

func isCode(err error, code string) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorCode() == code
}

func doing(err error, what string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(what, args...), err)
}

// Empty deletes all versions of the objects whose keys begin with prefix.
func (o Operator) Empty(ctx context.Context, name, prefix string) error {
	for p := s3.NewListObjectVersionsPaginator(o.S3, &s3.ListObjectVersionsInput{Bucket: &name, Prefix: &prefix}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list what is in it: %w", err)
		}
		var all []types.ObjectIdentifier
		for _, v := range page.Versions {
			all = append(all, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		}
		for _, m := range page.DeleteMarkers {
			all = append(all, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
		if len(all) == 0 {
			continue
		}
		out, err := o.S3.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &name, Delete: &types.Delete{Objects: all}})
		if err == nil && len(out.Errors) > 0 {
			err = fmt.Errorf("%s: %s", aws.ToString(out.Errors[0].Key), aws.ToString(out.Errors[0].Message))
		}
		if err != nil {
			return fmt.Errorf("delete what is in it: %w", err)
		}
	}
	return nil
}
