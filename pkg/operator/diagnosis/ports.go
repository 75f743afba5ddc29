package diagnosis

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// Account answers what the buckets don't show. Methods may be called concurrently.
// An error means that the answer isn't known. Its text is shown to operators: it says
// in a few words which permission is missing ("needs iam:GetUser on arn:…") or what
// didn't answer.
type Account interface {
	// UserExists reports whether there is an IAM user with this ARN.
	UserExists(ctx context.Context, arn string) (bool, error)
	// AccountAccessBlock returns the public access block of all of the account's
	// buckets, the organization's settings included; zero if there is none.
	AccountAccessBlock(ctx context.Context) (bucket.AccessBlock, error)
	// OrganizationAccessBlock returns what the organization in AWS Organizations sets
	// for the account; zero if nothing is set.
	OrganizationAccessBlock(ctx context.Context) (bucket.AccessBlock, error)
	// BucketHeadroom returns how many more buckets the account may have.
	BucketHeadroom(ctx context.Context) (int, error)
}

// Evidence finds out more about a bucket whose tags can't be read. The function
// creates such a bucket to learn more; a diagnosis creates nothing. Methods may be
// called concurrently. Errors are classified (*fault.Error) and name the
// permission that is missing.
type Evidence interface {
	// Owns reports whether the account has a bucket of this name, in any Region.
	Owns(ctx context.Context, name string) (bool, error)
	// Denial finds out what denies reading the tags of a bucket.
	Denial(ctx context.Context, name string) (Denial, error)
}

// Denial is what denies reading a bucket's tags.
type Denial int

// The denials. S3 names the denying policy to callers of the bucket's own account (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
const (
	// DenialUnclear: S3 doesn't say.
	DenialUnclear Denial = iota
	// DenialOfCaller: these credentials lack the permission. The function has
	// credentials of its own.
	DenialOfCaller
	// DenialOfBucket: the bucket's own policy denies it.
	DenialOfBucket
)
