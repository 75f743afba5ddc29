package provision

import (
	"context"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// found is the bucket that is to be the home.
type found struct {
	name string
	// created: this delivery created it, so what it is like is known.
	created bool
}

// find finds the organization's home, or creates it. Everything is looked up
// before anything is created, so that a home is found whatever has become of the
// names before it.
func (r *run) find(ctx context.Context) (found, error) {
	var sightings []bucket.Sighting
	var decision bucket.Decision
	err := r.step(fault.StepObserve, func() error {
		// Another delivery, or a read that lags, may be between creation and tag.
		return again(ctx, isDoubt, func() (err error) {
			if sightings, err = r.look(ctx, r.spec.Candidates); err == nil {
				decision, err = bucket.Decide(sightings)
			}
			return err
		})
	})
	switch {
	case err != nil:
		return found{}, err
	case len(decision.Homes) == 1:
		return found{name: decision.Homes[0].Name}, nil
	case len(decision.Homes) > 1:
		home, err := r.choose(ctx, decision.Homes)
		return found{name: home}, err
	}
	return r.create(ctx, sightings, decision.Create)
}

// look looks at candidates at once, and remembers which ones say nothing.
func (r *run) look(ctx context.Context, candidates []bucket.Candidate) ([]bucket.Sighting, error) {
	sightings := make([]bucket.Sighting, len(candidates))
	tasks := make([]func() error, len(candidates))
	for i, c := range candidates {
		tasks[i] = func() (err error) {
			sightings[i], err = r.buckets.Look(ctx, r.spec, c)
			return err
		}
	}
	if err := parallel(tasks...); err != nil {
		return nil, err
	}
	for i, s := range sightings {
		r.unread[s.Name] = s.State == bucket.Unreadable && !s.AccountRegional
		if s.State == bucket.Ours && r.isSpare(s.Name) {
			sightings[i].State = bucket.Taken
		}
	}
	return sightings, nil
}

// create creates one of the names, the first that can be won.
func (r *run) create(ctx context.Context, sightings []bucket.Sighting, names []bucket.Candidate) (f found, err error) {
	err = r.step(fault.StepCreate, func() error {
		for _, c := range names {
			var won bool
			var taken bucket.Sighting
			if f, taken, won, err = r.createOne(ctx, c); err != nil || won {
				return err
			}
			i := slices.IndexFunc(sightings, func(s bucket.Sighting) bool { return s.Candidate == c })
			sightings[i] = taken
		}
		return bucket.NoName(sightings)
	})
	return f, err
}

// claim creates a bucket; another creation of it that is under way is waited for.
func (r *run) claim(ctx context.Context, c bucket.Candidate) (end Creation, err error) {
	err = again(ctx, isConflict, func() (err error) {
		end, err = r.buckets.Create(ctx, r.spec, c)
		return err
	})
	return end, err
}

// createOne creates one bucket, or finds that it's the home already, or taken.
func (r *run) createOne(ctx context.Context, c bucket.Candidate) (f found, taken bucket.Sighting, won bool, err error) {
	end, err := r.claim(ctx, c)
	switch {
	case err != nil:
		return found{}, taken, false, err
	case end == Created:
		return found{name: c.Name, created: true}, taken, true, nil
	case end == NameTaken:
		return found{}, bucket.Sighting{Candidate: c, State: bucket.Taken, Seen: "another account has it"}, false, nil
	}
	s, err := r.lookOwned(ctx, c)
	return found{name: c.Name}, s, s.State == bucket.Ours, err
}

// lookOwned looks at a bucket that our account turned out to have. It may have
// been created by a call whose answer got lost, by another delivery just now, or
// by anyone at any time; its tag tells.
func (r *run) lookOwned(ctx context.Context, c bucket.Candidate) (s bucket.Sighting, err error) {
	passes := func(err error) bool { return isDoubt(err) || isConflict(err) }
	err = again(ctx, passes, func() (err error) {
		if s, err = r.buckets.Look(ctx, r.spec, c); err != nil {
			return err
		}
		switch s.State {
		case bucket.Ours, bucket.Taken:
			return nil
		case bucket.Absent:
			return fault.New(fault.OperationConflict, "bucket %s is said to be there and not to be there", c.Name)
		}
		return s.Owned().Doubt()
	})
	return s, err
}
