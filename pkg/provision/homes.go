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
func (r *run) confirm(ctx context.Context, established bool) (home string, err error) {
	err = r.step(fault.StepObserve, func() error {
		sightings, err := r.look(ctx, r.spec.Candidates)
		if err != nil {
			return err
		}
		homes, err := homesWith(r.name, sightings, established)
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

// homesWith lists the buckets that are ours, among which name has to be.
func homesWith(name string, sightings []bucket.Sighting, established bool) (homes []bucket.Candidate, err error) {
	for _, s := range sightings {
		switch {
		case s.State == bucket.Ours:
			homes = append(homes, s.Candidate)
		case s.Name != name && (established || !s.Doubtful()):
		case s.Name != name:
			return nil, s.Doubt()
		case s.State == bucket.Unproved || s.State == bucket.Taken:
			return nil, fault.New(fault.OwnershipUnproved, "bucket %s was this organization's a moment ago, but now %s", name, s.Seen)
		default:
			return nil, fault.New(fault.OperationConflict, "bucket %s was there a moment ago, but now it's %s", name, s.State)
		}
	}
	return homes, nil
}

// alone makes sure that no other candidate has turned out to be this
// organization's.
func (r *run) alone(ctx context.Context) error {
	var others []bucket.Candidate
	for _, c := range r.spec.Candidates {
		if c.Name != r.name {
			others = append(others, c)
		}
	}
	sightings, err := r.look(ctx, others)
	if err != nil {
		return err
	}
	for _, s := range sightings {
		if s.State == bucket.Ours {
			return fault.New(fault.MultipleHomes, "bucket %s turned out to be this organization's, too, while %s was being made its home", s.Name, r.name)
		}
	}
	return nil
}

// choose tells which of several buckets of the organization is the home.
func (r *run) choose(ctx context.Context, homes []bucket.Candidate) (home string, err error) {
	passes := func(err error) bool { return fault.Is(err, fault.MultipleHomes) || isConflict(err) }
	err = r.step(fault.StepObserve, func() error {
		return again(ctx, passes, func() (err error) {
			home, err = r.pick(ctx, homes, fault.MultipleHomes)
			return err
		})
	})
	return home, err
}

// pick takes the one that has our policy, since a policy is put only after a
// bucket was confirmed. If that doesn't tell, the failure has the given code.
func (r *run) pick(ctx context.Context, homes []bucket.Candidate, code fault.Code) (string, error) {
	policies := make([]bucket.Document, len(homes))
	tasks := make([]func() error, len(homes))
	for i, c := range homes {
		tasks[i] = func() (err error) { policies[i], err = r.buckets.ReadPolicy(ctx, c.Name); return err }
	}
	if err := parallel(tasks...); err != nil {
		return "", err
	}
	var home string
	for i, c := range homes {
		if !r.spec.HasOurPolicy(c.Name, policies[i]) {
			continue
		}
		if home != "" {
			return "", fault.New(code, "buckets %s and %s are both this organization's and both have its policy", home, c.Name)
		}
		home = c.Name
	}
	if home == "" {
		return "", fault.New(code, "buckets %s and %s are both this organization's and neither has its policy", homes[0].Name, homes[1].Name)
	}
	r.homes = "MultipleHomes: more than one bucket is tagged for this organization; " + home + " is used because it has this system's policy"
	return home, nil
}
