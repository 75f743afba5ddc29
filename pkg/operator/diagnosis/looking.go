package diagnosis

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// looking is buckets that can only be read. The error of a read that is denied
// names the permission that it needs.
type looking struct{ buckets provision.Buckets }

func (l looking) Look(ctx context.Context, spec bucket.Spec, c bucket.Candidate) (bucket.Sighting, error) {
	s, err := l.buckets.Look(ctx, spec, c)
	return s, needs("s3:GetBucketTagging", c.Name, err)
}

func (l looking) SearchTagged(ctx context.Context, id org.ID) ([]string, error) {
	names, err := l.buckets.SearchTagged(ctx, id)
	return names, needs("tag:GetResources", "*", err)
}

func (l looking) ReadAccessBlock(ctx context.Context, name string) (bucket.AccessBlock, error) {
	b, err := l.buckets.ReadAccessBlock(ctx, name)
	return b, needs("s3:GetBucketPublicAccessBlock", name, err)
}

func (l looking) ReadPolicy(ctx context.Context, name string) (policy.Document, error) {
	d, err := l.buckets.ReadPolicy(ctx, name)
	return d, needs("s3:GetBucketPolicy", name, err)
}

// ReadAccountBlock knows of none: a diagnosis asks more of the account by itself.
func (looking) ReadAccountBlock(_, _ context.Context) (bucket.AccessBlock, error) {
	return bucket.AccessBlock{}, nil
}

func (l looking) HasFolder(ctx context.Context, name string) (bool, error) {
	there, err := l.buckets.HasFolder(ctx, name)
	return there, needs("s3:GetObject", name, err)
}

// needs adds to the error of a denied read the permission that it needs.
func needs(action, name string, err error) error {
	if !fault.Is(err, fault.AccessDenied) {
		return err
	}
	return fault.Wrap(fault.AccessDenied, err, "needs %s on bucket %s", action, name)
}

func (looking) Create(context.Context, bucket.Spec, bucket.Candidate) (provision.Creation, error) {
	return 0, wouldWrite()
}

func (looking) PutAccessBlock(context.Context, string, bucket.AccessBlock) error { return wouldWrite() }

func (looking) PutFolder(context.Context, string) (bool, error) { return false, wouldWrite() }

func (looking) PutPolicy(context.Context, string, policy.Document) error { return wouldWrite() }

// readingClaims is claims that can only be read.
type readingClaims struct{ provision.Claims }

// ReadClaim reads the claim. To those who may not list its bucket none is 403.
func (c readingClaims) ReadClaim(ctx context.Context, id org.ID) (provision.Claim, error) {
	claim, err := c.Claims.ReadClaim(ctx, id)
	if fault.Is(err, fault.AccessDenied) {
		err = fault.Wrap(fault.AccessDenied, err, "needs s3:GetObject and s3:ListBucket for the claim of %s", id)
	}
	return claim, err
}

// Claim refuses to claim.
func (readingClaims) Claim(context.Context, org.ID, provision.Claim) (string, bool, error) {
	return "", false, wouldWrite()
}

func wouldWrite() error { return fault.New(fault.Internal, "a diagnosis tried to write") }

// ifTagged shows one bucket as if it were tagged for the organization that looks.
type ifTagged struct {
	provision.Buckets
	name string
}

// Look returns what is there, except for the one bucket.
func (t ifTagged) Look(ctx context.Context, spec bucket.Spec, c bucket.Candidate) (bucket.Sighting, error) {
	s, err := t.Buckets.Look(ctx, spec, c)
	if c.Name != t.name || err != nil {
		return s, err
	}
	tagged := bucket.Tagged(c, spec.OrgID, map[string]string{bucket.TagKey: string(spec.OrgID)})
	tagged.Held, tagged.Hold = s.Held, s.Hold
	return tagged, nil
}

// ifClaimed shows the claim as if it named one bucket.
type ifClaimed struct {
	provision.Claims
	name string
}

// ReadClaim returns the claim that would be there.
func (c ifClaimed) ReadClaim(context.Context, org.ID) (provision.Claim, error) {
	return provision.Claim{Bucket: c.name}, nil
}
