package adoption

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// Adopter proposes adoptions and carries them out.
type Adopter struct {
	naming    bucket.Naming
	look      provision.Buckets // only what reads is used
	claims    Claims
	buckets   Buckets
	evidence  diagnosis.Evidence
	diagnoser *diagnosis.Diagnoser
}

// New takes valid naming settings, the buckets as the function sees them, the claims,
// what more is asked, and the diagnoser of the same buckets.
func New(naming bucket.Naming, look provision.Buckets, claims Claims, buckets Buckets, evidence diagnosis.Evidence, diagnoser *diagnosis.Diagnoser) *Adopter {
	return &Adopter{naming, look, claims, buckets, evidence, diagnoser}
}

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
	// Created is the zero time if it couldn't be asked.
	Created time.Time
	// Tags are all that it has, Adopted those that it would have.
	Tags, Adopted []Tag
	AccessBlock   bucket.AccessBlock
	// Policy is what its policy says, a line for each statement.
	Policy []Line
	// Objects are the first keys; More: there are others.
	Objects []string
	More    bool
	// Outlook is what a message would do after the adoption.
	Outlook diagnosis.Finding
	// Unread is what couldn't be shown, and why.
	Unread []string
}

// mostObjects is how many keys are shown.
const mostObjects = 5

// Propose finds the bucket that may be adopted for the organization. name says
// which of its candidates; if it's empty there has to be just one. The error is a
// *Refusal if the bucket may not be adopted, and otherwise that the looking
// failed. Nothing is written.
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
		p.Outlook = a.diagnoser.Examine(ctx, id)
		return p, nil
	}
	if other := p.Claim.Bucket; other != "" && other != p.Name {
		p.ClaimSeen = seen(slices.DeleteFunc(slices.Clone(sightings), func(s bucket.Sighting) bool { return s.Name != other }))
	}
	if err := a.adoptable(ctx, p, sightings, s); err != nil {
		return nil, err
	}
	if p.Tags, err = a.buckets.Tags(ctx, p.Name); err != nil {
		return nil, err
	}
	if p.Adopted = merge(p.Tags, id); tooMany(p.Adopted) {
		return nil, refuse(TooManyTags, "bucket %s has %d tags, and S3 takes no more than %d", p.Name, len(p.Tags), maxTags).advise("Remove one of its tags first.")
	}
	p.Unread = append(unproved(sightings, p.Name), a.othersName(p)...)
	if err := a.describe(ctx, p); err != nil {
		return nil, err
	}
	p.Outlook = a.diagnoser.IfAdopted(p.Name).Examine(ctx, id)
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
	var tasks []func(context.Context) error
	for i, c := range candidates {
		tasks = append(tasks, func(ctx context.Context) (err error) { sightings[i], err = a.look.Look(ctx, spec, c); return err })
	}
	return sightings, all(ctx, tasks...)
}
