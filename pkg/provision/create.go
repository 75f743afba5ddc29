package provision

import (
	"context"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// create creates a bucket of the first name that isn't taken. Unreadable names come
// first, since only the answer to CreateBucket shows who owns such a bucket.
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

// tryName creates a bucket, or finds that it is there and the home, or taken.
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

// createBeside creates a bucket and reports whether it may have a policy, and so isn't
// new. In us-east-1 S3 may report success for a bucket that this account already has
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html), and the look
// that didn't show it may have been old. A new bucket's access block is opened at once,
// which would wake a stored policy, so that is looked for beside the creation.
func (p *provisioning) createBeside(ctx context.Context, c bucket.Candidate) (end Creation, stored bool, err error) {
	tasks := []func() error{func() error {
		return retry(ctx, isConflict, func() (err error) { end, err = p.buckets.Create(ctx, p.spec, c); return err })
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

// lookOwned looks at a bucket that turned out to be in our account. A call whose
// answer got lost may have created it, or another delivery, or anyone at any time.
// Its tag decides whose it is.
func (p *provisioning) lookOwned(ctx context.Context, c bucket.Candidate) (s bucket.Sighting, err error) {
	passes := func(err error) bool { return isDoubt(err) || isConflict(err) }
	err = retry(ctx, passes, func() (err error) {
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

// checkUnread makes sure that none of the unreadable buckets is this organization's.
// Only the answer to CreateBucket shows who owns one.
func (p *provisioning) checkUnread(ctx context.Context, unread []bucket.Sighting) error {
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
