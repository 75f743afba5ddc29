// Package s3store is the S3 side of provisioning: it reads and writes buckets and
// claims through the AWS SDK, and it is the one place that classifies S3's errors.
package s3store

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// API is the part of the S3 client that a Store uses.
type API interface {
	CreateBucket(context.Context, *s3.CreateBucketInput, ...func(*s3.Options)) (*s3.CreateBucketOutput, error)
	GetBucketTagging(context.Context, *s3.GetBucketTaggingInput, ...func(*s3.Options)) (*s3.GetBucketTaggingOutput, error)
	GetPublicAccessBlock(context.Context, *s3.GetPublicAccessBlockInput, ...func(*s3.Options)) (*s3.GetPublicAccessBlockOutput, error)
	PutPublicAccessBlock(context.Context, *s3.PutPublicAccessBlockInput, ...func(*s3.Options)) (*s3.PutPublicAccessBlockOutput, error)
	GetBucketPolicy(context.Context, *s3.GetBucketPolicyInput, ...func(*s3.Options)) (*s3.GetBucketPolicyOutput, error)
	PutBucketPolicy(context.Context, *s3.PutBucketPolicyInput, ...func(*s3.Options)) (*s3.PutBucketPolicyOutput, error)
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

// Store reads and writes buckets of one account, and the claims on them. It
// implements provision.Buckets and provision.Claims.
type Store struct {
	api     API
	account string
	homes   string
	lists   bool          // the bucket of the claims may be listed
	search  *search       // nil if it doesn't search
	block   *accountBlock // nil if it doesn't read the account's
}

// New takes the client, the account that must own every bucket that is touched (all
// calls that can carry it name it as the expected owner), and the bucket that keeps
// the claims.
func New(api API, account, homes string) *Store {
	return &Store{api: api, account: account, homes: homes}
}

// Listing is the store for credentials that may list the bucket of the claims: to them
// an absent claim is 404, and 403 is AccessDenied.
func (s *Store) Listing() *Store {
	with := *s
	with.lists = true
	return &with
}
