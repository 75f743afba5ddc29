package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// Kept is what the memory has.
type Kept struct {
	// Text is empty if nothing is kept yet.
	Text []byte
	// Tag tells one state from the next; empty if nothing is kept yet.
	Tag string
	// Version is the object's; empty in a bucket without versions.
	Version string
}

// Memory keeps the state between invocations.
type Memory interface {
	// Load returns what was saved last.
	Load(ctx context.Context) (Kept, error)
	// Save replaces the state that is kept, and returns the new one without its text. It
	// fails with [ErrOvertaken] if somebody else has replaced it.
	Save(ctx context.Context, kept Kept, state any) (Kept, error)
}

// ErrOvertaken: another invocation has saved a state meanwhile. It has the run now.
var ErrOvertaken = errors.New("another invocation has gone on with this run")

// object keeps it in an object.
type object struct {
	api           *s3.Client
	account, name string
}

// longestState bounds what is read of the object, in bytes, and so the memory that it
// takes: two runs' findings, at their most, and 100,000 organizations with the longest ids
// need less. What is cut off can't be understood, so it is as none.
const longestState = 18 << 20

// Load reads the object.
func (o object) Load(ctx context.Context) (Kept, error) {
	out, err := o.api.GetObject(ctx, &s3.GetObjectInput{Bucket: &o.name, Key: aws.String(bucket.AuditKey), ExpectedBucketOwner: &o.account})
	if awserror.Code(err) == "NoSuchKey" {
		return Kept{}, nil
	}
	if err != nil {
		return Kept{}, fmt.Errorf("read the audit's state %s/%s: %w", o.name, bucket.AuditKey, err)
	}
	defer func() { _ = out.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(out.Body, longestState))
	if err != nil {
		return Kept{}, fmt.Errorf("read the audit's state %s/%s: %w", o.name, bucket.AuditKey, err)
	}
	return Kept{text, aws.ToString(out.ETag), aws.ToString(out.VersionId)}, nil
}

// Save writes the object if it still is the one that was kept
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html), and
// deletes the version before: the bucket of the claims keeps all, and nobody would.
func (o object) Save(ctx context.Context, kept Kept, state any) (Kept, error) {
	text, err := json.Marshal(state)
	if err != nil {
		return Kept{}, fmt.Errorf("encode the audit's state: %w", err)
	}
	if len(text) > longestState { // it would begin anew for ever
		return Kept{}, fmt.Errorf("save the audit's state %s/%s: it has %d bytes, at most %d are read again: the stage has more organizations than one audit can remember", o.name, bucket.AuditKey, len(text), longestState)
	}
	in := &s3.PutObjectInput{
		Bucket: &o.name, Key: aws.String(bucket.AuditKey), ExpectedBucketOwner: &o.account,
		Body: bytes.NewReader(text), ContentType: aws.String("application/json"),
	}
	if kept.Tag == "" {
		in.IfNoneMatch = aws.String("*")
	} else {
		in.IfMatch = &kept.Tag
	}
	out, err := o.api.PutObject(ctx, in)
	switch awserror.Code(err) {
	case "":
	case "PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey":
		return Kept{}, fmt.Errorf("save the audit's state %s/%s: %w", o.name, bucket.AuditKey, ErrOvertaken)
	}
	if err != nil {
		return Kept{}, fmt.Errorf("save the audit's state %s/%s: %w", o.name, bucket.AuditKey, err)
	}
	if kept.Version != "" {
		// One that stays costs next to nothing, so a failure is none.
		_, _ = o.api.DeleteObject(ctx, &s3.DeleteObjectInput{
			Bucket: &o.name, Key: aws.String(bucket.AuditKey), VersionId: &kept.Version, ExpectedBucketOwner: &o.account,
		})
	}
	return Kept{Tag: aws.ToString(out.ETag), Version: aws.ToString(out.VersionId)}, nil
}
