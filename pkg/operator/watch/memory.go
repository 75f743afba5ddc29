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
	"github.com/aws/smithy-go"
)

// Key is the object that keeps the state, in the bucket of the claims.
const Key = "audit/state.json"

// Kept is what the memory has.
type Kept struct {
	// Text is empty if nothing is kept yet.
	Text []byte
	// Tag tells one state from the next.
	Tag string
}

// Memory keeps the state between invocations.
type Memory interface {
	// Load returns what was saved last.
	Load(ctx context.Context) (Kept, error)
	// Save replaces the state with this tag, and returns the new one's. It fails with
	// [ErrOvertaken] if somebody else has replaced it.
	Save(ctx context.Context, tag string, state any) (string, error)
}

// ErrOvertaken: another invocation has saved a state meanwhile. It has the run now.
var ErrOvertaken = errors.New("another invocation has gone on with this run")

// object keeps it in an object.
type object struct {
	api           *s3.Client
	account, name string
}

// Load reads the object.
func (o object) Load(ctx context.Context) (Kept, error) {
	out, err := o.api.GetObject(ctx, &s3.GetObjectInput{Bucket: &o.name, Key: aws.String(Key), ExpectedBucketOwner: &o.account})
	if codeOf(err) == "NoSuchKey" {
		return Kept{}, nil
	}
	if err != nil {
		return Kept{}, fmt.Errorf("read the audit's state %s/%s: %w", o.name, Key, err)
	}
	defer func() { _ = out.Body.Close() }()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		return Kept{}, fmt.Errorf("read the audit's state %s/%s: %w", o.name, Key, err)
	}
	return Kept{text, aws.ToString(out.ETag)}, nil
}

// Save writes the object if it still is the one with the tag
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
func (o object) Save(ctx context.Context, tag string, state any) (string, error) {
	text, err := json.Marshal(state)
	if err != nil {
		return "", fmt.Errorf("encode the audit's state: %w", err)
	}
	in := &s3.PutObjectInput{
		Bucket: &o.name, Key: aws.String(Key), ExpectedBucketOwner: &o.account,
		Body: bytes.NewReader(text), ContentType: aws.String("application/json"),
	}
	if tag == "" {
		in.IfNoneMatch = aws.String("*")
	} else {
		in.IfMatch = &tag
	}
	out, err := o.api.PutObject(ctx, in)
	switch codeOf(err) {
	case "":
	case "PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey":
		return "", fmt.Errorf("save the audit's state %s/%s: %w", o.name, Key, ErrOvertaken)
	}
	if err != nil {
		return "", fmt.Errorf("save the audit's state %s/%s: %w", o.name, Key, err)
	}
	return aws.ToString(out.ETag), nil
}

// codeOf returns S3's code of an error; empty if there was none.
func codeOf(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}
