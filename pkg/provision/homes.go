package provision

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// confirm looks at all candidates again, now that the bucket is there, and tells
// which is the home. The bucket must carry its tag by now. Unless it was
// established as the home before, nothing may be in doubt about the others: one
// of them could be a home that can't be seen right now.
//
// Those that said nothing before are asked at the same time, also beside a fresh
// bucket: once that has our policy, later deliveries take it for the home.
func (r *run) confirm(ctx context.Context) (home string, err error) {
	err = r.step(fault.StepObserve, func() error {
		var unread []bucket.Candidate
		if r.standing != established {
			unread = r.candidates(r.unreadOther)
		}
		sightings, ends, err := r.lookAndAsk(ctx, r.spec.Candidates, unread)
		if err != nil {
			return err
		}
		homes, err := homesWith(r.name, answered(sightings, ends), r.standing)
		switch {
		case err != nil:
			return err
		case len(homes) == 1:
			home = r.name
			return nil
		}
		home, err = r.pick(ctx, homes, fault.OperationConflict)
		return err
	})
	return home, err
}

// alone makes sure that no other candidate has turned out to be this
// organization's.
func (r *run) alone(ctx context.Context) error {
	sightings, err := r.look(ctx, r.candidates(func(c bucket.Candidate) bool { return c.Name != r.name }))
	if isConflict(err) {
		// Another try would find the policy there and look no more.
		return fault.Wrap(fault.ServiceUnavailable, err, "make sure that %s is the only home", r.name)
	}
	for _, s := range sightings {
		if s.State == bucket.Ours {
			return fault.New(fault.MultipleHomes, "bucket %s turned out to be this organization's, too, while %s was being made its home", s.Name, r.name)
		}
	}
	return err
}

// stillOurs looks at the bucket alone.
func (r *run) stillOurs(ctx context.Context) error {
	sightings, err := r.look(ctx, r.candidates(func(c bucket.Candidate) bool { return c.Name == r.name }))
	for _, s := range sightings {
		if s.State != bucket.Ours {
			return notOurs(s)
		}
	}
	return err
}

// homesWith lists the buckets that are ours, among which name has to be.
func homesWith(name string, sightings []bucket.Sighting, of standing) (homes []bucket.Candidate, err error) {
	for _, s := range sightings {
		switch {
		case s.State == bucket.Ours:
			homes = append(homes, s.Candidate)
		case s.Name == name:
			return nil, notOurs(s)
		case of == established:
		case s.Doubtful():
			return nil, s.Doubt()
		case s.State == bucket.Unreadable:
			return nil, fault.New(fault.OperationConflict, "bucket %s may be this organization's, too: %s", s.Name, s.Seen)
		}
	}
	return homes, nil
}

// notOurs is the failure of a bucket that was ours a moment ago.
func notOurs(s bucket.Sighting) error {
	if s.State == bucket.Unproved || s.State == bucket.Taken {
		return fault.New(fault.OwnershipUnproved, "bucket %s was this organization's a moment ago, but now %s", s.Name, s.Seen)
	}
	return fault.New(fault.OperationConflict, "bucket %s was there a moment ago, but now it's %s", s.Name, s.State)
}
