// Package adoption makes a bucket an organization's by tagging it, which only
// operators may do, never the function. It shows what the bucket is and what a
// message would do afterwards, refuses what would do harm, adds the one tag, and
// reads it back.
//
// A bucket can be adopted if it has one of the organization's names, is in this
// account and Region, has no OrgId tag or one that can't be an organization's
// id, and no other bucket is the organization's home.
//
// The tag is added with S3 Control's TagResource, which leaves other tags alone,
// whoever changes them meanwhile, and works on buckets with attribute-based
// access control, too
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html).
//
// Beside what package diagnosis needs, the permissions are s3:TagResource to adopt,
// and to show more s3:ListBucket and s3:ListAllMyBuckets.
package adoption

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// Adopter proposes adoptions and carries them out.
type Adopter struct {
	naming    bucket.Naming
	look      provision.Buckets // only its reads are used
	claims    *s3store.Store
	store     *buckets.Store
	diagnoser *diagnosis.Diagnoser
}

// New returns an Adopter. naming must be valid; look is the buckets as the function
// sees them, claims the claims as an operator may read and write them, store the same
// buckets as the tool does, with S3 Control.
func New(naming bucket.Naming, look provision.Buckets, claims *s3store.Store, store *buckets.Store, diagnoser *diagnosis.Diagnoser) *Adopter {
	return &Adopter{naming, look, claims, store, diagnoser}
}

// Tag is a tag of a bucket.
type Tag = buckets.Tag

// Proposal is a bucket that may be adopted: what it is, and what would follow.
type Proposal struct {
	Spec bucket.Spec
	// Name is the bucket's.
	Name string
	// Tagged: it has the organization's tag, so only the claim is missing.
	Tagged bool
	// Already: it is tagged and claimed, so there's nothing to do. Outlook is
	// then of how things are.
	Already bool
	// Claim is the organization's claim, zero if there is none. If it names another
	// bucket, ClaimSeen says what that one is.
	Claim     provision.Claim
	ClaimSeen string
	etag      string // the claim's
	// Seen says why it isn't proved to be anybody's.
	Seen string
	// Created is the zero time if it couldn't be read.
	Created time.Time
	// Tags are all that it has, Adopted those that it would have.
	Tags, Adopted []Tag
	AccessBlock   bucket.AccessBlock
	// Policy has a line for each statement of its policy.
	Policy []Line
	// Objects are the first keys; More reports whether there are others.
	Objects []string
	More    bool
	// Outlook is what a message would do after the adoption.
	Outlook diagnosis.Explanation
	// Unread is what couldn't be shown, and why.
	Unread []string
}

// mostObjects is how many keys are shown.
const mostObjects = 5

// Propose returns the bucket that may be adopted for the organization. name is one
// of its candidates; if it's empty there has to be just one. The error is a
// *Refusal if the bucket may not be adopted; another error is that of a failed
// read. Nothing is written.
func (a *Adopter) Propose(ctx context.Context, id org.ID, name string) (*Proposal, error) {
	spec, err := a.naming.Spec(id)
	if err != nil {
		return nil, err
	}
	if name != "" && !strings.HasPrefix(name, a.naming.BucketPrefix) {
		return nil, refuse(NotACandidate, "bucket %s can't be the bucket of %s: its name doesn't begin with %s", name, id, a.naming.BucketPrefix)
	}
	p := &Proposal{Spec: spec}
	if p.Claim, p.etag, err = a.claims.ClaimWithETag(ctx, id); err != nil {
		return nil, err
	}
	sightings, err := a.lookAtAll(ctx, spec, p.Claim.Bucket, name)
	if err != nil {
		return nil, err
	}
	s, err := choose(p, sightings, name)
	if err != nil {
		return nil, err
	}
	p.Name, p.Seen, p.Tagged = s.Name, s.Seen, s.State == bucket.Ours
	if p.Already = p.Tagged && p.Claim.Bucket == p.Name; p.Already {
		p.Outlook = a.diagnoser.Explain(ctx, id)
		return p, nil
	}
	if other := p.Claim.Bucket; other != "" && other != p.Name {
		p.ClaimSeen = seen(slices.DeleteFunc(slices.Clone(sightings), func(s bucket.Sighting) bool { return s.Name != other }))
	}
	if err := a.adoptable(ctx, p, sightings, s); err != nil {
		return nil, err
	}
	if p.Tags, err = a.store.Tags(ctx, p.Name); err != nil {
		return nil, err
	}
	if p.Adopted = merge(p.Tags, id); tooMany(p.Adopted) {
		return nil, refuse(TooManyTags, "bucket %s has %d tags, and S3 takes no more than %d", p.Name, len(p.Tags), maxTags).advise("Remove one of its tags first.")
	}
	p.Unread = append(unproved(sightings, p.Name), a.othersName(p)...)
	if err := a.describe(ctx, p); err != nil {
		return nil, err
	}
	p.Outlook = a.diagnoser.IfAdopted(p.Name).Explain(ctx, id)
	return p, nil
}

// lookAtAll looks at the candidates and at what else may be the home.
func (a *Adopter) lookAtAll(ctx context.Context, spec bucket.Spec, others ...string) ([]bucket.Sighting, error) {
	candidates := slices.Clone(spec.Candidates)
	for _, name := range others {
		if name != "" && !slices.ContainsFunc(candidates, func(c bucket.Candidate) bool { return c.Name == name }) {
			candidates = append(candidates, bucket.Candidate{Name: name})
		}
	}
	sightings := make([]bucket.Sighting, len(candidates))
	group, ctx := errgroup.WithContext(ctx)
	for i, c := range candidates {
		group.Go(func() (err error) { sightings[i], err = a.look.Look(ctx, spec, c); return err })
	}
	return sightings, group.Wait()
}
