package s3server

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/auth"
)

// ownerAttribute is the bucket attribute in which versitygw keeps the owner.
const ownerAttribute = "acl"

// GiveAway makes an existing bucket belong to an account. To this account's
// users and its root a foreign bucket is then what it is on AWS: CreateBucket
// gets BucketAlreadyExists, everything else 403 AccessDenied. GiveAway to
// Account() takes it back, for a look inside.
//
// versitygw's IAM knows one account, so nobody can act as the other one.
func (s *Server) GiveAway(bucket, account string) error {
	defer s.locks.enter(bucket, true)()
	if err := s.setOwner(bucket, account); err != nil {
		return fmt.Errorf("give bucket %s to account %s: %w", bucket, account, err)
	}
	return nil
}

func (s *Server) setOwner(bucket, account string) error {
	attributes, err := openAttributes(s.buckets, s.attributes)
	if err != nil {
		return err
	}
	data, err := attributes.RetrieveAttribute(nil, bucket, "", ownerAttribute)
	if err != nil {
		return fmt.Errorf("read its owner: %w", err)
	}
	var acl auth.ACL
	if err := json.Unmarshal(data, &acl); err != nil {
		return fmt.Errorf("read its owner: %w", err)
	}
	acl.Owner = account
	if data, err = json.Marshal(acl); err != nil {
		return fmt.Errorf("write its owner: %w", err)
	}
	return attributes.StoreAttribute(nil, bucket, "", ownerAttribute, data)
}

// CreateForeign creates a bucket that belongs to another account: somebody else took the name first.
func (s *Server) CreateForeign(ctx context.Context, bucket, account string) error {
	if _, err := s.RootClient().CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		return fmt.Errorf("create bucket %s for account %s: %w", bucket, account, err)
	}
	return s.GiveAway(bucket, account)
}

// DeleteForeign deletes an empty bucket of another account, as its owner might: the name is free again.
func (s *Server) DeleteForeign(ctx context.Context, bucket string) error {
	if err := s.GiveAway(bucket, s.account); err != nil {
		return err
	}
	if _, err := s.RootClient().DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &bucket}); err != nil {
		return fmt.Errorf("delete foreign bucket %s: %w", bucket, err)
	}
	return nil
}
