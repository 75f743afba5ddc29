package provision

import (
	"context"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// observe reads the facets of the home. Unless the ownership has just been proved, it
// is proved at the same time: the bucket may have been re-tagged meanwhile.
func (p *provisioning) observe(ctx context.Context, h home) (o bucket.Observed, err error) {
	switch {
	case h.isNew:
		o = bucket.JustCreated(h.name)
	case h.proved:
		o, err = p.read(ctx, h.name)
	default:
		err = parallel(
			func() error { return p.stillOurs(ctx, h) },
			func() error { return p.stillClaimed(ctx, h) },
			func() (err error) { o, err = p.read(ctx, h.name); return err },
		)
	}
	p.restricted = p.restricted || o.AccessBlock.RestrictPublicBuckets
	if err != nil {
		return bucket.Observed{}, err
	}
	if !p.observed {
		p.observed, p.neutralised = true, o.AccessBlock.RestrictPublicBuckets && o.Policy.Public()
	}
	o.Restricted, o.Neutralised = p.restricted, p.neutralised
	return o, nil
}

// read reads the facets of a bucket concurrently.
func (p *provisioning) read(ctx context.Context, name string) (bucket.Observed, error) {
	o := bucket.Observed{Name: name}
	err := p.step(fault.StepObserve, func() error {
		return parallel(
			func() (err error) { o.AccessBlock, err = p.buckets.ReadAccessBlock(ctx, name); return err },
			func() (err error) { o.Policy, err = p.buckets.ReadPolicy(ctx, name); return err },
			func() (err error) { o.Folder, err = p.buckets.HasFolder(ctx, name); return err },
		)
	})
	return o, err
}

// checkPolicy reads the policy again. Two reads that differ are a conflict.
func (p *provisioning) checkPolicy(ctx context.Context, o bucket.Observed) error {
	return p.step(fault.StepObserve, func() error {
		now, err := p.buckets.ReadPolicy(ctx, o.Name)
		if err != nil {
			return err
		}
		if !now.Same(o.Policy) {
			return fault.New(fault.OperationConflict, "two reads of the policy of %s differ; somebody is changing it, or one read was old", o.Name)
		}
		return nil
	})
}

// checkAccessBlock reads the access block again. Two reads that differ are a conflict.
func (p *provisioning) checkAccessBlock(ctx context.Context, o bucket.Observed) error {
	return p.step(fault.StepObserve, func() error {
		now, err := p.buckets.ReadAccessBlock(ctx, o.Name)
		if err != nil {
			return err
		}
		if now != o.AccessBlock {
			return fault.New(fault.OperationConflict, "two reads of the public access block of %s differ; somebody is changing it, or one read was old", o.Name)
		}
		return nil
	})
}

// stillOurs checks that the bucket is the organization's, and not on hold.
func (p *provisioning) stillOurs(ctx context.Context, h home) error {
	return p.step(fault.StepObserve, func() error {
		s, err := p.buckets.Look(ctx, p.spec, p.spec.Candidate(h.name))
		switch {
		case err != nil:
			return err
		case s.State == bucket.Ours:
			return bucket.Held([]bucket.Sighting{s})
		case h.claimed:
			return s.ClaimDoubt()
		}
		return notOurs(s)
	})
}

// stillClaimed checks that no operator has claimed another bucket meanwhile.
func (p *provisioning) stillClaimed(ctx context.Context, h home) error {
	if !h.claimed {
		return nil
	}
	return p.step(fault.StepObserve, func() error {
		c, err := p.claims.ReadClaim(ctx, p.spec.OrgID)
		if err != nil {
			return err
		}
		if c.Bucket != h.name {
			return fault.New(fault.OperationConflict, "bucket %s was claimed as this organization's home, but the claim has changed", h.name)
		}
		return nil
	})
}

// notOurs returns the failure of a bucket that was ours a moment ago.
func notOurs(s bucket.Sighting) error {
	if s.State == bucket.Unproved || s.State == bucket.Taken {
		return fault.New(fault.OwnershipUnproved, "bucket %s was this organization's a moment ago, but now %s", s.Name, s.Seen)
	}
	return fault.New(fault.OperationConflict, "bucket %s was there a moment ago, but now it's %s", s.Name, s.State)
}

// plan returns the changes that an observation asks for, and keeps their warnings.
func (p *provisioning) plan(o bucket.Observed) (bucket.Plan, error) {
	plan, err := p.spec.Plan(o)
	if p.resumed || len(p.record.list()) > 0 {
		// The bucket isn't open because this message's provisioning is under way, not
		// because somebody closed it.
		plan.Warnings = slices.DeleteFunc(plan.Warnings, func(w fault.Warning) bool { return w.Code == fault.Reopened })
	}
	p.warnings = plan.Warnings
	return plan, fault.At(fault.StepPolicy, err)
}

// claim claims the home unless the organization has a claim, and returns the bucket
// that the claim names.
func (p *provisioning) claim(ctx context.Context, h *home) (winner string, err error) {
	if h.claimed {
		return h.name, nil
	}
	err = p.step(fault.StepClaim, func() error {
		var won bool
		winner, won, err = p.claims.Claim(ctx, p.spec.OrgID, Claim{Bucket: h.name, MessageID: p.message, At: time.Now()})
		if err != nil {
			return err
		}
		h.claimed = winner == h.name
		if won {
			return nil
		}
		p.claimedAt = time.Now()
		if h.claimed && !h.isNew { // the bucket may have changed since it was read
			return fault.New(fault.OperationConflict, "another delivery claimed %s for this organization a moment ago", h.name)
		}
		return nil
	})
	return winner, err
}

// putFolder creates the folder's object if it is missing.
func (p *provisioning) putFolder(ctx context.Context, name string, missing bool) error {
	if !missing {
		return nil
	}
	return p.step(fault.StepFolder, func() error {
		created, err := p.buckets.PutFolder(ctx, name)
		if created {
			p.record.changed(bucket.FacetFolder)
		}
		return err
	})
}

func (p *provisioning) putAccessBlock(ctx context.Context, name string, b *bucket.AccessBlock) error {
	return p.step(fault.StepAccessBlock, func() error {
		err := p.buckets.PutAccessBlock(ctx, name, *b)
		if err == nil {
			p.record.changed(bucket.FacetAccessBlock)
		}
		return err
	})
}

// putPolicy puts the policy. S3's error doesn't name the principal that doesn't exist,
// so those that it can be are added. Our statements name the client's user by its ARN;
// a unique id is in somebody else's.
func (p *provisioning) putPolicy(ctx context.Context, name string, d policy.Document) error {
	return p.step(fault.StepPolicy, func() error {
		err := p.buckets.PutPolicy(ctx, name, d)
		switch {
		case err == nil:
			p.record.changed(bucket.FacetPolicy)
		case fault.Is(err, fault.ClientUserNotFound):
			if id, statement := d.UniqueID(); id != "" {
				return fault.New(fault.ForeignPrincipalInvalid, "the policy of %s names somebody who doesn't exist: %s in statement %s, if that user or role was deleted, or the client's IAM user %s, if signup hasn't made it yet: %v", name, id, statement, p.spec.ClientUserARN, err)
			}
			err = fault.Wrap(fault.ClientUserNotFound, err, "the policy of %s names somebody who doesn't exist, most likely the client's IAM user %s, whom signup hasn't made yet", name, p.spec.ClientUserARN)
		}
		return err
	})
}
