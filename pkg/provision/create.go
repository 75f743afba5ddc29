package provision

import (
	"context"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// create creates one of the names, the first that can be won. Names that couldn't
// be read come first: only creating tells whose they are.
func (p *provisioning) create(ctx context.Context, f findings) (home, error) {
	for _, c := range bucket.Creatable(f.sightings) {
		i := slices.IndexFunc(f.sightings, func(s bucket.Sighting) bool { return s.Candidate == c })
		h, taken, err := p.tryName(ctx, f.sightings[i])
		if err != nil || h.name != "" {
			return h, err
		}
		f.sightings[i] = taken
	}
	return home{}, bucket.NoName(f.sightings)
}

// tryName creates one bucket, or finds that it is the home already, or taken.
func (p *provisioning) tryName(ctx context.Context, seen bucket.Sighting) (h home, taken bucket.Sighting, err error) {
	end, stored, err := p.createBeside(ctx, seen.Candidate)
	switch {
	case err != nil:
		return home{}, taken, err
	case end == NameTaken:
		return home{}, bucket.Sighting{Candidate: seen.Candidate, State: bucket.Taken, Seen: "another account has it"}, nil
	case end == Created && seen.State == bucket.Absent && !stored:
		p.record.changed(bucket.FacetBucket)
		return home{name: seen.Name, proved: true, isNew: true}, taken, nil
	}
	s, err := p.lookOwned(ctx, seen.Candidate)
	if err == nil && s.State == bucket.Taken {
		one := []bucket.Sighting{s}
		if err = p.doubtMistagged(ctx, one); err == nil {
			_, err = bucket.Decide(one)
			if fault.Is(err, fault.NoBucketNameAvailable) {
				err = nil
			}
		}
		return home{}, s, err
	}
	return home{name: s.Name, proved: true}, s, err
}

// createBeside creates a bucket and tells whether it may have a policy, and so isn't
// new. In us-east-1 creating a bucket that one has already may be answered with success
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html), and the look
// that didn't show it may have been old. A new bucket's access block is opened at once,
// which would wake a stored policy, so that is looked for beside the creation.
func (p *provisioning) createBeside(ctx context.Context, c bucket.Candidate) (end Creation, stored bool, err error) {
	tasks := []func() error{func() error {
		return again(ctx, isConflict, func() (err error) { end, err = p.buckets.Create(ctx, p.spec, c); return err })
	}}
	if p.spec.Region == "us-east-1" {
		tasks = append(tasks, func() error {
			d, err := p.buckets.ReadPolicy(ctx, c.Name)
			stored = !d.IsZero() || err != nil && !isConflict(err) // a conflict is that there's no bucket
			return nil
		})
	}
	err = parallel(tasks...)
	return end, stored, err
}

// lookOwned looks at a bucket that our account turned out to have. It may have
// been created by a call whose answer got lost, by another delivery just now, or
// by anyone at any time; its tag tells.
func (p *provisioning) lookOwned(ctx context.Context, c bucket.Candidate) (s bucket.Sighting, err error) {
	passes := func(err error) bool { return isDoubt(err) || isConflict(err) }
	err = again(ctx, passes, func() (err error) {
		if s, err = p.buckets.Look(ctx, p.spec, c); err != nil {
			return err
		}
		switch s.State {
		case bucket.Ours:
			return bucket.Held([]bucket.Sighting{s})
		case bucket.Taken:
			return nil
		case bucket.Absent:
			return fault.New(fault.OperationConflict, "bucket %s is said to be there and not to be there", c.Name)
		}
		return s.Owned().Doubt()
	})
	return s, err
}

// ask makes sure that none of the buckets that couldn't be read is the home. Whose one
// is only creating it tells.
func (p *provisioning) ask(ctx context.Context, unread []bucket.Sighting) error {
	for _, s := range unread {
		other, _, err := p.tryName(ctx, s)
		if err == nil && other.name != "" {
			err = fault.New(fault.OperationConflict, "bucket %s is this organization's, too: another account gave the name up, or it couldn't be read before", other.name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
