package s3store

import (
	"bytes"
	"context"
	"encoding/json"
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
	key := ClaimKey(id)
	out, err := s.api.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.homes, Key: &key, ExpectedBucketOwner: &s.account})
	if err != nil {
		switch r := refusalOf(err); {
		case r.code == "NoSuchKey", r.denies() && !s.lists:
			return provision.Claim{}, nil
		case r.code == "NoSuchBucket", r.redirects():
			return provision.Claim{}, wrap(fault.ClaimsUnavailable, err, "read claim %s in %s", key, s.homes)
		}
		return provision.Claim{}, classify(err, "read claim %s in %s", key, s.homes)
	}
	defer func() { _ = out.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(out.Body, longestClaim+1))
	if err != nil {
		return provision.Claim{}, fault.Wrap(fault.ServiceUnavailable, err, "read claim %s in %s", key, s.homes)
	}
	read, err := parseClaim(text)
	if err != nil {
		return provision.Claim{}, fault.Wrap(fault.OwnershipUnproved, err, "claim %s in %s can't be understood", key, s.homes)
	}
	return read, nil
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
	key := ClaimKey(id)
	text, err := json.Marshal(claim{Bucket: want.Bucket, ClaimedAt: want.At.UTC(), MessageID: want.MessageID})
	if err != nil {
		return "", false, fault.Wrap(fault.Internal, err, "write claim %s", key)
	}
	_, err = s.api.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.homes, Key: &key, Body: bytes.NewReader(text), ContentType: aws.String("application/json"),
		IfNoneMatch: aws.String("*"), ExpectedBucketOwner: &s.account,
	})
	if err == nil {
		return want.Bucket, true, nil
	}
	if r := refusalOf(err); r.status != http.StatusPreconditionFailed && r.code != "PreconditionFailed" {
		if r.code == "NoSuchBucket" || r.redirects() {
			return "", false, wrap(fault.ClaimsUnavailable, err, "write claim %s in %s", key, s.homes)
		}
		return "", false, classify(err, "write claim %s in %s", key, s.homes)
	}
	there, err := s.ReadClaim(ctx, id)
	if err == nil && there.Bucket == "" {
		err = fault.New(fault.AccessDenied, "claim %s in %s is there, but can't be read", key, s.homes)
	}
	return there.Bucket, false, err
}
