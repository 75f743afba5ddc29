package provision

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// create creates a bucket of the first name that isn't taken. Unreadable names come
// first, since only the answer to CreateBucket shows who owns such a bucket.
func (p *provisioning) create(ctx context.Context, f survey) (home, error) {
	names := bucket.Creatable(f.sightings)
	others := append(names[1:], f.found...)
	for _, c := range names {
		s := f.of(c.Name)
		h, taken, err := p.tryName(ctx, *s, others)
		if err != nil || h.name != "" {
			return h, err
		}
		*s, others = taken, nil
	}
	return home{}, bucket.NoName(f.sightings)
}

// tryName creates a bucket, or finds that it is there and the home, or taken. At the
// same time it looks at the others once more: one of them may be the home, not shown
// by one look that was old.
func (p *provisioning) tryName(ctx context.Context, seen bucket.Sighting, others []bucket.Candidate) (h home, taken bucket.Sighting, err error) {
	var end Creation
	var stored bool
	err = parallel(
		func() (err error) { end, err = p.buckets.Create(ctx, p.spec, seen.Candidate); return err },
		func() error { stored = p.mayHavePolicy(ctx, seen.Candidate); return nil },
		func() error { return p.checkAbsent(ctx, others) },
	)
	switch {
	case err != nil:
		return home{}, taken, err
	case end == NameTaken:
		return home{}, bucket.Sighting{Candidate: seen.Candidate, State: bucket.Taken, Seen: "another account has it"}, nil
	case end == Created && seen.State == bucket.Absent && !stored:
		p.record.changed(bucket.FacetBucket)
		return home{name: seen.Name, isNew: true}, taken, nil
	}
	s, err := p.lookOwned(ctx, seen.Candidate)
	if err != nil {
		return home{}, s, err
	}
	if s.State != bucket.Taken {
		return home{name: s.Name}, s, nil
	}
	one := []bucket.Sighting{s}
	if err := p.doubtMistagged(ctx, one); err != nil {
		return home{}, s, err
	}
	if one[0].State != bucket.Taken {
		return home{}, s, one[0].Doubt()
	}
	return home{}, s, nil
}

// mayHavePolicy reports whether the bucket that is being created may have a policy,
// and so isn't new. In us-east-1 S3 may report success for a bucket that this account
// already has (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html),
// and the look that didn't show it may have been old. A new bucket's access block is
// opened at once, which would wake a stored policy.
func (p *provisioning) mayHavePolicy(ctx context.Context, c bucket.Candidate) bool {
	if p.spec.Region != "us-east-1" {
		return false
	}
	d, err := p.buckets.ReadPolicy(ctx, c.Name)
	return !d.IsZero() || err != nil && !isConflict(err) // a conflict is that there's no bucket
}

// checkAbsent looks at names once more and returns a conflict if there is a bucket of
// the organization, or one that may be.
func (p *provisioning) checkAbsent(ctx context.Context, names []bucket.Candidate) error {
	var tasks []func() error
	for _, c := range names {
		tasks = append(tasks, func() error {
			s, err := p.buckets.Look(ctx, p.spec, c)
			if err != nil {
				return err
			}
			if s.State == bucket.Ours || s.Doubtful() {
				return fault.New(fault.OperationConflict, "bucket %s wasn't there a moment ago, but now it's %s: %s", s.Name, s.State, s.Seen)
			}
			return nil
		})
	}
	return parallel(tasks...)
}

// lookOwned looks at a bucket that turned out to be in our account. A call whose
// answer got lost may have created it, or another delivery, or anyone at any time.
// Its tag decides whose it is.
func (p *provisioning) lookOwned(ctx context.Context, c bucket.Candidate) (bucket.Sighting, error) {
	s, err := p.buckets.Look(ctx, p.spec, c)
	switch {
	case err != nil, s.State == bucket.Taken:
		return s, err
	case s.State == bucket.Ours:
		return s, bucket.Held([]bucket.Sighting{s})
	case s.State == bucket.Absent:
		return s, fault.New(fault.OperationConflict, "bucket %s is said to be there and not to be there", c.Name)
	}
	return s, s.Owned().Doubt()
}

// checkUnread makes sure that none of the unreadable buckets is this organization's.
// Only the answer to CreateBucket shows who owns one.
func (p *provisioning) checkUnread(ctx context.Context, unread []bucket.Sighting) error {
	for _, s := range unread {
		other, _, err := p.tryName(ctx, s, nil)
		if err != nil {
			return err
		}
		if other.name != "" {
			return fault.New(fault.OperationConflict, "bucket %s is this organization's, too: another account gave the name up, or it couldn't be read before", other.name)
		}
	}
	return nil
}
