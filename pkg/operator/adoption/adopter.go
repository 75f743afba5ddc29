package adoption

import (
	"context"
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
	buckets   Buckets
	evidence  diagnosis.Evidence
	diagnoser *diagnosis.Diagnoser
}

// New takes valid naming settings, the buckets as the function sees them, what
// more is asked, and the diagnoser of the same buckets.
func New(naming bucket.Naming, look provision.Buckets, buckets Buckets, evidence diagnosis.Evidence, diagnoser *diagnosis.Diagnoser) *Adopter {
	return &Adopter{naming, look, buckets, evidence, diagnoser}
}

// Proposal is a bucket that may be adopted: what it is, and what would follow.
type Proposal struct {
	Spec bucket.Spec
	// Name is the bucket's.
	Name string
	// Already: it is the organization's, so there's nothing to do. Outlook is
	// then of how things are.
	Already bool
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
	sightings, err := a.lookAtAll(ctx, spec)
	if err != nil {
		return nil, err
	}
	s, err := choose(spec, sightings, name)
	if err != nil {
		return nil, err
	}
	p := &Proposal{Spec: spec, Name: s.Name, Seen: s.Seen}
	if s.State == bucket.Ours {
		p.Already, p.Outlook = true, a.diagnoser.Examine(ctx, id)
		return p, nil
	}
	if err := a.adoptable(ctx, spec, sightings, s); err != nil {
		return nil, err
	}
	if p.Tags, err = a.buckets.Tags(ctx, p.Name); err != nil {
		return nil, err
	}
	if p.Adopted = merge(p.Tags, id); tooMany(p.Adopted) {
		return nil, refuse(TooManyTags, "bucket %s has %d tags, and S3 takes no more than %d", p.Name, len(p.Tags), maxTags).advise("Remove one of its tags first.")
	}
	p.Unread = unproved(sightings, p.Name)
	if err := a.describe(ctx, p); err != nil {
		return nil, err
	}
	p.Outlook = a.diagnoser.IfTagged(p.Name).Examine(ctx, id)
	return p, nil
}

func (a *Adopter) lookAtAll(ctx context.Context, spec bucket.Spec) ([]bucket.Sighting, error) {
	sightings := make([]bucket.Sighting, len(spec.Candidates))
	var tasks []func(context.Context) error
	for i, c := range spec.Candidates {
		tasks = append(tasks, func(ctx context.Context) (err error) { sightings[i], err = a.look.Look(ctx, spec, c); return err })
	}
	return sightings, all(ctx, tasks...)
}
