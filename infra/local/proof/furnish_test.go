package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// What others have in a bucket, and the account of those whose bucket it is.
const (
	stranger   = "111122223333"
	privateKey = "private.txt"
	secret     = "nobody's business"
	otherTag   = "CostCenter"
	otherValue = "7"
)

// statement is one of a policy, as JSON has it.
type statement = map[string]any

// The statements that the contract asks for, written by hand, and somebody else's.
func publicStatement(bucket string) statement {
	return statement{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::" + bucket + "/pub/*"}
}

func clientStatements(bucket, id string) []statement {
	user := map[string]any{"AWS": "arn:aws:iam::000000000000:user/rms_" + id}
	return []statement{
		{"Effect": "Allow", "Principal": user, "Action": []any{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}, "Resource": "arn:aws:s3:::" + bucket + "/*"},
		{"Effect": "Allow", "Principal": user, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::" + bucket},
	}
}

func others(bucket string) []statement {
	return []statement{{"Sid": "Partner", "Effect": "Allow", "Principal": map[string]any{"AWS": "arn:aws:iam::000000000000:user/" + partnerUser},
		"Action": "s3:GetObject", "Resource": "arn:aws:s3:::" + bucket + "/shared/*"}}
}

func everyStatement(bucket, id string) []statement {
	return append(append(clientStatements(bucket, id), publicStatement(bucket)), others(bucket)...)
}

func ownTag(id string) map[string]string { return map[string]string{"OrgId": id} }

// makeHome makes a bucket as a person would by the runbook, with others' things in it.
func (r *run) makeHome(ctx context.Context, tags map[string]string, statements []statement) error {
	return errors.Join(r.create(ctx, r.n1, tags), r.fill(ctx, r.n1, statements), r.putTags(ctx, r.n1, tags),
		r.put(ctx, r.n1, "pub/", ""))
}

// fill opens a bucket and puts others' object, tag and statements into it.
func (r *run) fill(ctx context.Context, bucket string, statements []statement) error {
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		return err
	}
	_, blockErr := r.root.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: &bucket, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
		BlockPublicAcls: aws.Bool(true), IgnorePublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(false), RestrictPublicBuckets: aws.Bool(false),
	}})
	_, policyErr := r.root.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: aws.String(string(text))})
	r.others[bucket] = true
	return errors.Join(blockErr, policyErr, r.putPrivate(ctx, bucket), r.putTags(ctx, bucket, nil))
}

// create creates a bucket as root.
func (r *run) create(ctx context.Context, bucket string, tags map[string]string) error {
	in := &s3.CreateBucketInput{Bucket: &bucket}
	if len(tags) > 0 {
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{Tags: tagSet(tags)}
	}
	if _, err := r.root.CreateBucket(ctx, in); err != nil {
		return fmt.Errorf("create bucket %s: %w", bucket, err)
	}
	return nil
}

// putTags replaces a bucket's tags: others' one is always among them.
func (r *run) putTags(ctx context.Context, bucket string, tags map[string]string) error {
	all := map[string]string{otherTag: otherValue}
	maps.Copy(all, tags)
	_, err := r.root.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: &bucket, Tagging: &types.Tagging{TagSet: tagSet(all)}})
	return err
}

func tagSet(tags map[string]string) (set []types.Tag) {
	for key, value := range tags {
		set = append(set, types.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
	return set
}

func (r *run) put(ctx context.Context, bucket, key, content string) error {
	_, err := r.root.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(content)})
	return err
}

// putPrivate puts an object that the public must never read, and has it be watched.
func (r *run) putPrivate(ctx context.Context, bucket string) error {
	err := r.put(ctx, bucket, privateKey, secret)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.private = append(r.private, bucket)
	return err
}
