package buckets

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
)

// Owns reports whether the account has a bucket of this name, in any Region.
func (s *Store) Owns(ctx context.Context, name string) (bool, error) {
	_, found, err := s.listed(ctx, name)
	return found, err
}

// Denial returns what denies reading the tags of a bucket.
func (s *Store) Denial(ctx context.Context, name string) (diagnosis.Denial, error) {
	_, _, err := s.readTags(ctx, name, "")
	switch api, refused := errors.AsType[smithy.APIError](err); {
	case err == nil, awserror.Code(err) == "NoSuchBucket":
		return 0, fault.New(fault.OperationConflict, "read the tags of %s: they can be read now, but couldn't be a moment ago", name)
	case !refused || awserror.Of(err).Cause != awserror.Denied:
		return 0, classify(err, "s3:GetBucketTagging", name, "read the tags of "+name)
	default:
		return denialOf(api.ErrorMessage()), nil
	}
}

// denialOf reads who denies from S3's text; there's no code for it. The form is
// "… with an explicit deny in a <type> policy" or "… because no <type> allows …"
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
// Of the types only the resource-based policy is the bucket's.
func denialOf(message string) diagnosis.Denial {
	text := strings.ToLower(message)
	switch {
	case strings.Contains(text, "explicit deny in a resource-based policy"):
		return diagnosis.DenialOfBucket
	case strings.Contains(text, "explicit deny in a"), strings.Contains(text, "because no "):
		return diagnosis.DenialOfCaller
	}
	return diagnosis.DenialUnclear
}
