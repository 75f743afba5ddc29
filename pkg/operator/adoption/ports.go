package adoption

import (
	"context"
	"time"
)

// Buckets is what adoption needs of S3 beside provision.Buckets. Errors are
// classified (*fault.Error), and one that is refused names the permission; what
// AWS asks to repeat has been repeated. Every call that takes it names the
// account that must own the bucket.
type Buckets interface {
	// Tags reads all tags, those of AWS itself ("aws:…") too, in S3's order.
	Tags(ctx context.Context, name string) ([]Tag, error)
	// PutTags replaces all tags. Another change under way is OperationConflict.
	PutTags(ctx context.Context, name string, tags []Tag) error
	// Created tells when the account's bucket was created.
	Created(ctx context.Context, name string) (time.Time, error)
	// Objects gives the keys of the first objects, at most so many, and tells
	// whether there are more.
	Objects(ctx context.Context, name string, most int) (keys []string, more bool, err error)
	// ABAC tells whether tags decide about access to the bucket. PutTags doesn't
	// work on it then
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html).
	ABAC(ctx context.Context, name string) (bool, error)
}

// Tag is a tag of a bucket.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}
