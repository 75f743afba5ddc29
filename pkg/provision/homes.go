package provision

import (
	"context"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// confirm looks at all candidates again, now that the bucket is there, and tells
// which is the home. The bucket must carry its tag by now. Unless it was
// established as the home before, nothing may be in doubt about the others: one
// of them could be a home that can't be seen right now.
func (r *run) confirm(ctx context.Context, established bool) (home string, err error) {
	err = r.step(fault.StepObserve, func() error {
		sightings, err := r.lookAndAsk(ctx, established)
		if err != nil {
			return err
		}
		homes, err := homesWith(r.name, sightings, established, r.fresh)
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

// lookAndAsk looks at all candidates. Of those that said nothing before it asks
// at the same time by trying to create them: "taken by another account" is the
// one answer that excludes that they are ours by now. Beside a fresh bucket that
// waits for alone: it was asked a moment ago, and if a stranger has just left,
// asking would only make a second bucket.
func (r *run) lookAndAsk(ctx context.Context, established bool) (sightings []bucket.Sighting, err error) {
	var others []bucket.Candidate
	if !established && !r.fresh {
		others = r.unreadOthers()
	}
	ends := make([]Creation, len(others))
	tasks := []func() error{func() (err error) { sightings, err = r.look(ctx, r.spec.Candidates); return err }}
	for i, c := range others {
		tasks = append(tasks, func() (err error) { ends[i], err = r.ask(ctx, c); return err })
	}
	if err := parallel(tasks...); err != nil {
		return nil, err
	}
	for i, c := range others {
		at := slices.IndexFunc(sightings, func(s bucket.Sighting) bool { return s.Candidate == c })
		switch {
		case ends[i] != AlreadyOwned:
			sightings[at].State = bucket.Taken
		case sightings[at].State == bucket.Unreadable:
			return nil, sightings[at].DoubtOwned()
		}
	}
	return sightings, nil
}

// unreadOthers lists the other candidates that said nothing when last looked at.
func (r *run) unreadOthers() (others []bucket.Candidate) {
	for _, c := range r.spec.Candidates {
		if c.Name != r.name && r.unread[c.Name] {
			others = append(others, c)
		}
	}
	return others
}

// ask finds out by creating it whether a bucket is a stranger's. If the stranger
// has just left, there's an empty bucket more, which isn't used.
func (r *run) ask(ctx context.Context, c bucket.Candidate) (Creation, error) {
	end, err := r.claim(ctx, c)
	if err == nil && end == Created {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.homes = "MultipleHomes: bucket " + c.Name + " was created for this organization when another account gave the name up just then; it is empty and isn't used"
	}
	return end, err
}

// homesWith lists the buckets that are ours, among which name has to be.
func homesWith(name string, sightings []bucket.Sighting, established, fresh bool) (homes []bucket.Candidate, err error) {
	for _, s := range sightings {
		switch {
		case s.State == bucket.Ours:
			homes = append(homes, s.Candidate)
		case s.Name == name:
			return nil, notOurs(s)
		case established:
		case s.Doubtful():
			return nil, s.Doubt()
		case s.State == bucket.Unreadable && !fresh:
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

// stillOurs looks at the bucket alone.
func (r *run) stillOurs(ctx context.Context) error {
	for _, c := range r.spec.Candidates {
		if c.Name != r.name {
			continue
		}
		s, err := r.buckets.Look(ctx, r.spec, c)
		if err != nil || s.State == bucket.Ours {
			return err
		}
		return notOurs(s)
	}
	return fault.New(fault.Internal, "bucket %s isn't one of the candidates", r.name)
}

// alone makes sure that no other candidate has turned out to be this
// organization's. Beside a fresh bucket it asks those that say nothing.
func (r *run) alone(ctx context.Context, established bool) error {
	var ask, look []bucket.Candidate
	if !established && r.fresh {
		ask = r.unreadOthers()
	}
	for _, c := range r.spec.Candidates {
		if c.Name != r.name && !slices.Contains(ask, c) {
			look = append(look, c)
		}
	}
	var second string
	tasks := []func() error{func() error {
		sightings, err := r.look(ctx, look)
		for _, s := range sightings {
			if s.State == bucket.Ours {
				second = s.Name
			}
		}
		return err
	}}
	owned := make([]bool, len(ask))
	for i, c := range ask {
		tasks = append(tasks, func() error {
			end, err := r.ask(ctx, c)
			owned[i] = err == nil && end == AlreadyOwned
			return err
		})
	}
	err := parallel(tasks...)
	for i, c := range ask {
		if owned[i] {
			second = c.Name
		}
	}
	switch {
	case isConflict(err):
		// Another try would find the policy there and ask no more.
		return fault.Wrap(fault.ServiceUnavailable, err, "make sure that %s is the only home", r.name)
	case err == nil && second != "":
		return fault.New(fault.MultipleHomes, "bucket %s turned out to be this organization's, too, while %s was being made its home", second, r.name)
	}
	return err
}
