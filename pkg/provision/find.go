package provision

import (
	"context"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// survey is the claim and what one look at all candidates, and the search, have shown.
type survey struct {
	claim Claim // zero if there is none
	// sightings are those of all candidates, in their order. Without a claim those of
	// the search come first: a person has named these buckets for the organization.
	sightings []bucket.Sighting
	// found are the buckets that the search has found. If one has to be created, each of
	// them isn't there or is another organization's, by a look that may be old.
	found []bucket.Candidate
	// outOfReach are buckets tagged for the organization that can't be its home, since
	// their names aren't the stage's. searched is why there was no search, nil if there was.
	outOfReach []string
	searched   error
}

// look reads the claim, looks at all candidates and searches for other buckets,
// concurrently. Only an organization without a claim waits for what the search finds.
func (p *provisioning) look(ctx context.Context) (f survey, err error) {
	var names []string
	wait := background(func() (err error) { names, err = p.buckets.SearchTagged(ctx, p.spec.OrgID); return err })
	err = parallel(
		func() (err error) { f.claim, err = p.claims.ReadClaim(ctx, p.spec.OrgID); return err },
		func() (err error) { f.sightings, err = p.lookAt(ctx, p.spec.Candidates); return err },
	)
	if err != nil {
		return survey{}, err
	}
	if f.claim.Bucket == "" {
		f.searched = wait()
		err = p.lookAtFound(ctx, &f, names)
	}
	return f, err
}

// lookAt looks at buckets concurrently.
func (p *provisioning) lookAt(ctx context.Context, names []bucket.Candidate) ([]bucket.Sighting, error) {
	seen := make([]bucket.Sighting, len(names))
	var tasks []func() error
	for i, c := range names {
		tasks = append(tasks, func() (err error) { seen[i], err = p.buckets.Look(ctx, p.spec, c); return err })
	}
	return seen, parallel(tasks...)
}

// lookAtFound looks at the buckets that the search has found.
func (p *provisioning) lookAtFound(ctx context.Context, f *survey, names []string) error {
	var within []bucket.Candidate
	for _, name := range names {
		switch {
		case f.of(name) != nil, p.naming.Sibling(name):
		case p.naming.CheckHome(name) != nil:
			f.outOfReach = append(f.outOfReach, name)
		default:
			within = append(within, p.spec.Candidate(name))
		}
	}
	seen, err := p.lookAt(ctx, within)
	if err != nil {
		return err
	}
	f.found = within
	for _, s := range seen {
		if s.State != bucket.Absent {
			f.sightings = slices.Insert(f.sightings, 0, s.Owned())
		}
	}
	return nil
}

// choose looks and decides. If it chooses a bucket without a claim, it does so twice:
// the choice rests on looks, each may be old, and the claim is for good. So it does
// before a person has to choose: another delivery may have claimed one meanwhile.
func (p *provisioning) choose(ctx context.Context) (f survey, h home, err error) {
	f, h, err = p.lookAndDecide(ctx)
	if (h.name == "" || h.claimed) && !fault.Is(err, fault.MultipleHomes) {
		return f, h, err
	}
	first, name := f, h.name
	if f, h, err = p.lookAndDecide(ctx); err == nil && !h.claimed && (h.name != name || !f.same(first)) {
		err = fault.New(fault.OperationConflict, "two looks at the buckets that may be this organization's home, %s among them, differ; somebody is changing them, or one look was old", name)
	}
	return f, h, err
}

// same reports whether two looks saw the same states.
func (f survey) same(other survey) bool {
	return slices.EqualFunc(f.sightings, other.sightings, func(a, b bucket.Sighting) bool { return a.Name == b.Name && a.State == b.State })
}

// lookAndDecide looks, and returns the home that follows.
func (p *provisioning) lookAndDecide(ctx context.Context) (f survey, h home, err error) {
	p.second = nil
	if f, err = p.look(ctx); err == nil {
		h, err = p.decide(ctx, f)
	}
	return f, h, err
}

// of returns the sighting of a bucket, nil if it wasn't looked at.
func (f survey) of(name string) *bucket.Sighting {
	i := slices.IndexFunc(f.sightings, func(s bucket.Sighting) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &f.sightings[i]
}

// decide returns the home that follows from a survey. Its name is empty if there
// is none yet and a bucket has to be created. Doubt is an error.
func (p *provisioning) decide(ctx context.Context, f survey) (home, error) {
	if held := bucket.Held(f.sightings); held != nil {
		return home{}, held
	}
	if f.claim.Bucket != "" {
		return p.claimedHome(f)
	}
	if err := p.doubtMistagged(ctx, f.sightings); err != nil {
		return home{}, err
	}
	d, err := bucket.Decide(f.sightings)
	switch {
	case err != nil:
		return home{}, err
	case len(d.Homes) == 0:
		return home{}, p.elsewhere(f)
	}
	return p.unclaimedHome(ctx, d, f)
}

// elsewhere returns why the home may be a bucket that can't be looked at: the search
// has found one that isn't the stage's, or wasn't answered.
func (p *provisioning) elsewhere(f survey) error {
	if len(f.outOfReach) > 0 {
		return fault.New(fault.HomeOutOfReach, "bucket %s is tagged for this organization, but %v", f.outOfReach[0], p.naming.CheckHome(f.outOfReach[0]))
	}
	return fault.At(fault.StepSearch, f.searched)
}

// unread returns the sightings of unreadable buckets.
func unread(all []bucket.Sighting) []bucket.Sighting {
	return slices.DeleteFunc(slices.Clone(all), func(s bucket.Sighting) bool { return s.State != bucket.Unreadable })
}

// claimedHome returns the bucket that the claim names, if it is proved ours.
func (p *provisioning) claimedHome(f survey) (home, error) {
	h := home{name: f.claim.Bucket, claimed: true}
	if s := f.of(h.name); s != nil {
		if h.proved = s.State == bucket.Ours; !h.proved {
			return home{}, s.ClaimDoubt()
		}
	} else if err := p.naming.CheckHome(h.name); err != nil {
		return home{}, fault.New(fault.OwnershipUnproved, "the organization's claim names a bucket that can't be its home: %v", err)
	}
	p.claimedAt = f.claim.At
	p.resumed = p.message != "" && f.claim.MessageID == p.message
	for _, other := range f.sightings {
		if other.State == bucket.Ours && other.Name != h.name {
			p.warnSecond(other.Name, h.name)
		}
	}
	return h, nil
}

// unclaimedHome chooses the home of an organization without a claim from the buckets
// that are tagged for it. A bucket that has our policy may have been announced, so it
// is the home. If none has it, the first one is, unless another bucket may be it.
func (p *provisioning) unclaimedHome(ctx context.Context, d bucket.Decision, f survey) (home, error) {
	first, unread, elsewhere := home{name: d.Homes[0].Name, proved: true}, unread(f.sightings), p.elsewhere(f)
	if len(d.Homes) == 1 && d.Doubt == nil && len(unread) == 0 && elsewhere == nil {
		return first, nil
	}
	with, err := p.withOurPolicy(ctx, d.Homes)
	switch {
	case err != nil:
		return home{}, err
	case len(with) > 1:
		return home{}, fault.New(fault.MultipleHomes, "buckets %s and %s are both this organization's and both have its policy", with[0], with[1])
	case len(with) == 1:
		first.name = with[0]
	case d.Doubt != nil:
		return home{}, d.Doubt
	case elsewhere != nil:
		return home{}, elsewhere
	default:
		first.unread = unread
	}
	for _, c := range d.Homes {
		if c.Name != first.name {
			p.warnSecond(c.Name, first.name)
		}
	}
	return first, nil
}

// withOurPolicy returns which of the buckets have our policy, or a part of it.
func (p *provisioning) withOurPolicy(ctx context.Context, homes []bucket.Candidate) (with []string, err error) {
	policies := make([]policy.Document, len(homes))
	var tasks []func() error
	for i, c := range homes {
		tasks = append(tasks, func() (err error) { policies[i], err = p.buckets.ReadPolicy(ctx, c.Name); return err })
	}
	if err := parallel(tasks...); err != nil {
		return nil, err
	}
	for i, c := range homes {
		if p.spec.MentionsOurs(c.Name, policies[i]) {
			with = append(with, c.Name)
		}
	}
	return with, nil
}

// doubtMistagged marks a bucket that is tagged for another organization as unproved
// if its policy names this organization's user. Its tag is more likely mistyped than
// its policy, and a second, empty home would be worse than waiting. The policy is read
// twice, since one read may be old.
func (p *provisioning) doubtMistagged(ctx context.Context, sightings []bucket.Sighting) error {
	names := make([]bool, 2*len(sightings))
	var tasks []func() error
	for i := range names {
		if s := sightings[i/2]; s.State == bucket.Taken {
			tasks = append(tasks, func() error {
				d, err := p.buckets.ReadPolicy(ctx, s.Name)
				names[i] = d.Names(p.spec.ClientUserARN)
				return err
			})
		}
	}
	err := parallel(tasks...)
	for i := range sightings {
		if s := &sightings[i]; names[2*i] || names[2*i+1] {
			s.State, s.Seen = bucket.Unproved, s.Seen+", but its policy names this organization's user"
		}
	}
	return err
}
