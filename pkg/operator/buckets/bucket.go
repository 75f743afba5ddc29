package buckets

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/adoption"
)

// API is what is used of the S3 client.
type API interface {
	s3.ListBucketsAPIClient
	s3.ListObjectsV2APIClient
	GetBucketTagging(context.Context, *s3.GetBucketTaggingInput, ...func(*s3.Options)) (*s3.GetBucketTaggingOutput, error)
	PutBucketTagging(context.Context, *s3.PutBucketTaggingInput, ...func(*s3.Options)) (*s3.PutBucketTaggingOutput, error)
	GetBucketAbac(context.Context, *s3.GetBucketAbacInput, ...func(*s3.Options)) (*s3.GetBucketAbacOutput, error)
}

// Store asks about buckets of one account, whose credentials the client has.
type Store struct {
	api     API
	account string
}

// New takes the client and the account that must own every bucket that is touched.
func New(api API, account string) *Store { return &Store{api, account} }

// Tags reads all tags.
func (s *Store) Tags(ctx context.Context, name string) ([]adoption.Tag, error) {
	out, err := s.api.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &name, ExpectedBucketOwner: &s.account})
	if codeOf(err) == "NoSuchTagSet" {
		return nil, nil
	}
	if err != nil {
		return nil, classify(err, "s3:GetBucketTagging", name, "read the tags of "+name)
	}
	var tags []adoption.Tag
	for _, t := range out.TagSet {
		tags = append(tags, adoption.Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)})
	}
	return tags, nil
}

// PutTags replaces all tags.
func (s *Store) PutTags(ctx context.Context, name string, tags []adoption.Tag) error {
	set := make([]types.Tag, len(tags))
	for i, t := range tags {
		set[i] = types.Tag{Key: &t.Key, Value: &t.Value}
	}
	_, err := s.api.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: &name, ExpectedBucketOwner: &s.account, Tagging: &types.Tagging{TagSet: set}})
	if err != nil {
		return classify(err, "s3:PutBucketTagging", name, "put the tags of "+name)
	}
	return nil
}

// Created tells when the bucket was created.
func (s *Store) Created(ctx context.Context, name string) (time.Time, error) {
	b, err := s.listed(ctx, name)
	switch {
	case err != nil:
		return time.Time{}, err
	case b == nil:
		return time.Time{}, fault.New(fault.OperationConflict, "bucket %s isn't among the account's", name)
	}
	return aws.ToTime(b.CreationDate), nil
}

// listed finds a bucket in the list of the account's, which has those of every
// Region. It's nil if there's none of this name.
func (s *Store) listed(ctx context.Context, name string) (*types.Bucket, error) {
	// Others may begin with the same name, so the list may have further pages.
	pages := s3.NewListBucketsPaginator(s.api, &s3.ListBucketsInput{Prefix: &name, MaxBuckets: aws.Int32(100)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, classify(err, "s3:ListAllMyBuckets", "", "list the account's buckets")
		}
		for _, b := range page.Buckets {
			if aws.ToString(b.Name) == name {
				return &b, nil
			}
		}
	}
	return nil, nil
}

// Objects gives the first keys.
func (s *Store) Objects(ctx context.Context, name string, most int) (keys []string, more bool, err error) {
	out, err := s.api.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &name, ExpectedBucketOwner: &s.account, MaxKeys: aws.Int32(int32(most))})
	if err != nil {
		return nil, false, classify(err, "s3:ListBucket", name, "list the objects of "+name)
	}
	for _, o := range out.Contents {
		keys = append(keys, aws.ToString(o.Key))
	}
	return keys, aws.ToBool(out.IsTruncated), nil
}

// ABAC tells whether the bucket's tags decide about access.
func (s *Store) ABAC(ctx context.Context, name string) (bool, error) {
	out, err := s.api.GetBucketAbac(ctx, &s3.GetBucketAbacInput{Bucket: &name, ExpectedBucketOwner: &s.account})
	if err != nil {
		return false, classify(err, "s3:GetBucketAbac", name, "ask whether ABAC is on for "+name)
	}
	return out.AbacStatus != nil && out.AbacStatus.Status == types.BucketAbacStatusEnabled, nil
}
