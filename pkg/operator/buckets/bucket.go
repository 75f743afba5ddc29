// Package buckets has the calls of S3 that the operators' tool makes beside the
// function's: it lists the account's buckets with their tags, finds out about a
// bucket that can't be read or may be adopted, and adds the tag that adopts one. Its
// Store implements diagnosis.Evidence and, as a List, audit.Source.
package buckets

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	controltypes "github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// Store asks about the buckets of one account, whose credentials the client has.
// Every call that takes it names that account as the expected owner. Errors are
// *fault.Error, and name the permission that is missing.
type Store struct {
	api     *s3.Client
	account string
	control *s3control.Client // for Tag
}

// New returns a store for the account that must own every bucket.
func New(api *s3.Client, account string) *Store { return &Store{api: api, account: account} }

// WithControl returns the same store with a client of S3 Control, which Tag needs.
func (s *Store) WithControl(control *s3control.Client) *Store {
	return &Store{s.api, s.account, control}
}

// Tag is a tag of a bucket.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Tags returns all tags, those of AWS itself ("aws:…") too, in S3's order.
func (s *Store) Tags(ctx context.Context, name string) ([]Tag, error) {
	set, _, err := s.readTags(ctx, name, "")
	if err != nil {
		return nil, classify(err, "s3:GetBucketTagging", name, "read the tags of "+name)
	}
	var tags []Tag
	for _, t := range set {
		tags = append(tags, Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)})
	}
	return tags, nil
}

// Tag adds a tag, or changes its value, and leaves all others alone. Another change
// under way is OperationConflict.
func (s *Store) Tag(ctx context.Context, name string, tag Tag) error {
	resource := "arn:" + arn.PartitionID(s.control.Options().Region) + ":s3:::" + name
	_, err := s.control.TagResource(ctx, &s3control.TagResourceInput{
		AccountId: &s.account, ResourceArn: &resource, Tags: []controltypes.Tag{{Key: &tag.Key, Value: &tag.Value}},
	})
	if err == nil {
		return nil
	}
	if absent, ok := errors.AsType[notServed](err); ok && absent.NotServed() {
		return fault.New(fault.AccessDenied, "tag bucket %s: %v", name, absent)
	}
	return classify(err, "s3:TagResource", name, "tag bucket "+name)
}

// notServed is the error of a service that isn't there, as *account.CantTell. That
// package links a dozen services, which the function that audits doesn't need.
type notServed interface {
	error
	NotServed() bool
}

// Created returns when the bucket was created.
func (s *Store) Created(ctx context.Context, name string) (time.Time, error) {
	b, found, err := s.listed(ctx, name)
	if err == nil && !found {
		err = fault.New(fault.OperationConflict, "bucket %s isn't among the account's", name)
	}
	return b.Changed, err
}

// listed finds a bucket in the list of the account's buckets of every Region. Other
// names may begin with this one.
func (s *Store) listed(ctx context.Context, name string) (b audit.Listed, found bool, err error) {
	for b, err := range s.Buckets(ctx, name) {
		if err != nil || b.Name == name {
			return b, err == nil, err
		}
	}
	return audit.Listed{}, false, nil
}

// Objects returns the keys of the first objects, at most so many, and reports
// whether there are more.
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
