package s3store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// ClaimKey is the key of an organization's claim.
func ClaimKey(id org.ID) string { return bucket.ClaimPrefix + string(id) }

// claim is the object's content. An object is strongly consistent and takes
// conditional writes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
type claim struct {
	Bucket    string    `json:"bucket"`
	ClaimedAt time.Time `json:"claimedAt"`
	MessageID string    `json:"messageId"`
}

// longestClaim bounds what is read of a claim, in bytes: one has some 200.
const longestClaim = 4096

// ReadClaim reads the organization's claim. To a role that may not list the bucket
// an absent key is 403 (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html),
// so that counts as none, too, unless the store is Listing: Claim never overwrites, and fails if it is the
// permission that is missing.
func (s *Store) ReadClaim(ctx context.Context, id org.ID) (provision.Claim, error) {
	c, _, err := s.ClaimWithETag(ctx, id)
	return c, err
}

// ClaimWithETag is ReadClaim that also returns the ETag of the claim, for ReplaceClaim.
func (s *Store) ClaimWithETag(ctx context.Context, id org.ID) (c provision.Claim, etag string, err error) {
	key := ClaimKey(id)
	out, err := s.api.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.homes, Key: &key, ExpectedBucketOwner: &s.account})
	if err != nil {
		switch r := refusalOf(err); {
		case r.code == "NoSuchKey", r.denies() && !s.lists:
			return provision.Claim{}, "", nil
		case r.code == "NoSuchBucket", r.redirects():
			return provision.Claim{}, "", wrap(fault.ClaimsUnavailable, err, "read claim %s in %s", key, s.homes)
		}
		return provision.Claim{}, "", classify(err, "read claim %s in %s", key, s.homes)
	}
	defer func() { _ = out.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(out.Body, longestClaim+1))
	if err != nil {
		return provision.Claim{}, "", fault.Wrap(fault.ServiceUnavailable, err, "read claim %s in %s", key, s.homes)
	}
	c, err = parseClaim(text)
	if err != nil {
		return provision.Claim{}, "", fault.Wrap(fault.OwnershipUnproved, err, "claim %s in %s can't be understood", key, s.homes)
	}
	return c, aws.ToString(out.ETag), nil
}

func parseClaim(text []byte) (provision.Claim, error) {
	var c claim
	if len(text) > longestClaim {
		return provision.Claim{}, fmt.Errorf("it has more than %d bytes", longestClaim)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return provision.Claim{}, err
	}
	if c.Bucket == "" {
		return provision.Claim{}, fmt.Errorf("it names no bucket")
	}
	return provision.Claim{Bucket: c.Bucket, MessageID: c.MessageID, At: c.ClaimedAt}, nil
}

// Claim claims the bucket unless there is a claim, and returns which is claimed.
func (s *Store) Claim(ctx context.Context, id org.ID, want provision.Claim) (winner string, won bool, err error) {
	err = s.putClaim(ctx, id, want, &s3.PutObjectInput{IfNoneMatch: aws.String("*")})
	switch {
	case err == nil:
		return want.Bucket, true, nil
	case !errors.Is(err, errClaimDiffers):
		return "", false, err
	}
	there, err := s.ReadClaim(ctx, id)
	if err != nil {
		return "", false, err
	}
	if there.Bucket == "" {
		return "", false, fault.New(fault.AccessDenied, "claim %s in %s is there, but can't be read", ClaimKey(id), s.homes)
	}
	return there.Bucket, false, nil
}

// ReplaceClaim claims the bucket instead of the one that the claim with this ETag names.
// A claim that has changed meanwhile is OperationConflict.
func (s *Store) ReplaceClaim(ctx context.Context, id org.ID, want provision.Claim, etag string) error {
	err := s.putClaim(ctx, id, want, &s3.PutObjectInput{IfMatch: &etag})
	if errors.Is(err, errClaimDiffers) {
		return fault.Wrap(fault.OperationConflict, err, "claim %s in %s has changed meanwhile", ClaimKey(id), s.homes)
	}
	return err
}

// errClaimDiffers is that a conditional put found another claim, or none, there.
var errClaimDiffers = errors.New("the put's condition doesn't hold")

// putClaim puts a claim on the condition that in has.
func (s *Store) putClaim(ctx context.Context, id org.ID, want provision.Claim, in *s3.PutObjectInput) error {
	key := ClaimKey(id)
	text, err := json.Marshal(claim{Bucket: want.Bucket, ClaimedAt: want.At.UTC(), MessageID: want.MessageID})
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write claim %s", key)
	}
	in.Bucket, in.Key, in.ExpectedBucketOwner = &s.homes, &key, &s.account
	in.Body, in.ContentType = bytes.NewReader(text), aws.String("application/json")
	_, err = s.api.PutObject(ctx, in)
	if err == nil {
		return nil
	}
	switch r := refusalOf(err); {
	case r.status == http.StatusPreconditionFailed, r.code == "PreconditionFailed", r.code == "NoSuchKey":
		return errClaimDiffers
	case r.code == "NoSuchBucket", r.redirects():
		return wrap(fault.ClaimsUnavailable, err, "write claim %s in %s", key, s.homes)
	}
	return classify(err, "write claim %s in %s", key, s.homes)
}
