package adoption

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// Buckets is what adoption needs of S3 beside provision.Buckets. Errors are
// classified (*fault.Error), and one that is refused names the permission; what
// AWS asks to repeat has been repeated. Every call that takes it names the
// account that must own the bucket.
type Buckets interface {
	// Tags reads all tags, those of AWS itself ("aws:…") too, in S3's order.
	Tags(ctx context.Context, name string) ([]Tag, error)
	// Tag adds a tag, or changes its value, and leaves all others alone. Another
	// change under way is OperationConflict.
	Tag(ctx context.Context, name string, tag Tag) error
	// Created tells when the account's bucket was created.
	Created(ctx context.Context, name string) (time.Time, error)
	// Objects gives the keys of the first objects, at most so many, and tells
	// whether there are more.
	Objects(ctx context.Context, name string, most int) (keys []string, more bool, err error)
}

// Claims is what adoption needs of the claims. Errors are classified.
type Claims interface {
	// ClaimWithETag reads the organization's claim, zero if there is none, and its ETag.
	ClaimWithETag(ctx context.Context, id org.ID) (c provision.Claim, etag string, err error)
	// Claim claims c's bucket unless there is a claim, and returns which is claimed.
	Claim(ctx context.Context, id org.ID, c provision.Claim) (winner string, won bool, err error)
	// ReplaceClaim claims c's bucket instead of the one that the claim with this ETag
	// names. A claim that has changed meanwhile is OperationConflict.
	ReplaceClaim(ctx context.Context, id org.ID, c provision.Claim, etag string) error
}

// Tag is a tag of a bucket.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}
