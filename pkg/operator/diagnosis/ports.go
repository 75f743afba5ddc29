package diagnosis

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// Account answers what the buckets don't tell. Methods may be called
// concurrently. An error means "can't tell"; its text says in a few words which
// permission is missing ("needs iam:GetUser on arn:…") or what didn't answer. It
// is shown to operators as it is.
type Account interface {
	// UserExists tells whether there's an IAM user with this ARN.
	UserExists(ctx context.Context, arn string) (bool, error)
	// AccountAccessBlock is the public access block that holds for all of the
	// account's buckets, the organization's settings included; none is all flags off.
	AccountAccessBlock(ctx context.Context) (bucket.AccessBlock, error)
	// OrganizationAccessBlock is what the organization in AWS Organizations sets
	// for the account; nothing set is all flags off.
	OrganizationAccessBlock(ctx context.Context) (bucket.AccessBlock, error)
	// BucketHeadroom is how many more buckets the account may have.
	BucketHeadroom(ctx context.Context) (int, error)
}

// Evidence tells more about a bucket whose tags can't be read. To the function,
// creating such a bucket decides; a diagnosis creates nothing. Methods may be
// called concurrently. Errors are classified (*fault.Error) and name the
// permission that is missing.
type Evidence interface {
	// Owns tells whether the account has a bucket of this name, in whatever Region.
	Owns(ctx context.Context, name string) (bool, error)
	// Denial finds out who refuses to show the tags of a bucket.
	Denial(ctx context.Context, name string) (Denial, error)
}

// Denial is who refuses to show a bucket's tags.
type Denial int

// The denials. S3 names the one who refuses to callers of the bucket's own
// account (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
const (
	// DenialUnclear: S3 doesn't say.
	DenialUnclear Denial = iota
	// DenialOfCaller: these credentials lack the permission. The function has
	// credentials of its own.
	DenialOfCaller
	// DenialOfBucket: the bucket's own policy denies it.
	DenialOfBucket
)
