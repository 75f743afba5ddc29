package provision

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// provisioning is the provisioning of one organization in one delivery. This file
// describes it from top to bottom:
//
//	find      read the claim and look at all candidates: which one is the home?
//	create    create a bucket if there is no home yet (create.go)
//	converge  observe the home, plan, and apply the plan, until nothing is missing
//	apply     claim the home, make the changes that open nothing, then grant access
//
// Only the bucket that the claim names gets this system's policy, and only while
// its account, Region and tag prove that it is the organization's. The claim is an
// object, so it is strongly consistent and written once. Everything else that is
// read is a bucket's configuration, which is eventually consistent
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel).
type provisioning struct {
	naming  bucket.Naming
	buckets Buckets
	claims  Claims
	spec    bucket.Spec
	message string // the id of the message, for the claim
	record  record // what parallel steps write

	// restricted: RestrictPublicBuckets was on when the delivery first saw the bucket. If
	// a policy opens something after that, this delivery has opened it. neutralised: the
	// access block kept a public policy from taking effect when the home was first observed.
	restricted, observed, neutralised bool

	claimedAt time.Time       // when another delivery claimed the home
	resumed   bool            // the claim was made for this message, by an earlier delivery
	warnings  []fault.Warning // of the last plan
	second    *fault.Warning  // about a second bucket of the organization
	account   *fault.Warning  // about the account's public access block
}

// home is the organization's bucket, on which the delivery works.
type home struct {
	name string
	// claimed: the claim names it.
	claimed bool
	// proved: it has just been seen to be ours.
	proved bool
	// isNew: this delivery created it, so what it is like is known.
	isNew bool
	// unread are the unreadable candidates, of which one may be the home instead. It
	// is empty if the claim or our policy in the bucket decides the question.
	unread []bucket.Sighting
}

// run provisions, and returns the bucket that was worked on.
func (p *provisioning) run(ctx context.Context) (name string, err error) {
	h, err := p.find(ctx)
	if err != nil {
		return "", err
	}
	for {
		winner, err := p.converge(ctx, h)
		if err != nil || winner == h.name {
			return h.name, err
		}
		p.switchFrom(h, winner)
		h = home{name: winner, claimed: true}
	}
}

// find finds the organization's home, or creates it. All candidates are looked at
// before one is created, so that a home under a later name is found although an
// earlier name has become free. It retries doubt and conflicts: another delivery, or a
// read that lags, may be between creation and tag.
func (p *provisioning) find(ctx context.Context) (h home, err error) {
	err = retry(ctx, p.passes, func() error {
		var f survey
		err := p.step(fault.StepObserve, func() (err error) { f, h, err = p.choose(ctx); return err })
		switch {
		case err != nil:
		case h.name == "":
			err = p.step(fault.StepCreate, func() (err error) { h, err = p.create(ctx, f); return err })
		case len(h.unread) > 0:
			err = p.step(fault.StepCreate, func() error { return p.checkUnread(ctx, h.unread) })
		}
		return err
	})
	return h, err
}

// converge observes the home and applies the plan that follows, and returns the
// bucket that the claim names: another one if another delivery was faster. It
// retries what S3 needs a moment for: a new bucket that isn't visible everywhere,
// a conflicting change, an access block that still refuses the policy after it was
// switched off. Each try proves the ownership and reads the bucket again, so that
// nothing is sent that was planned from an earlier try's read.
func (p *provisioning) converge(ctx context.Context, h home) (winner string, err error) {
	err = retry(ctx, p.passes, func() error {
		o, err := p.observe(ctx, h)
		h.proved = false
		if err == nil {
			winner, err = p.apply(ctx, &h, o)
		}
		h.isNew = false
		return err
	})
	return winner, err
}

// apply plans the changes that an observation asks for, and makes them: first the
// claim and what opens nothing to anybody, then what grants access.
func (p *provisioning) apply(ctx context.Context, h *home, o bucket.Observed) (winner string, err error) {
	plan, err := p.plan(o)
	if err != nil {
		return "", err
	}
	if winner, err = p.prepare(ctx, h, o, plan); err != nil || winner != h.name {
		return winner, err
	}
	return h.name, p.grantAccess(ctx, *h, o, plan)
}

// prepare claims the home and makes the changes that can't open anything. At the
// same time it proves the ownership once more and reads the policy and the access
// block again. One read may be old, and somebody, or an account's own automation,
// may have changed them meanwhile. A difference is a conflict, which converge retries.
func (p *provisioning) prepare(ctx context.Context, h *home, o bucket.Observed, plan bucket.Plan) (winner string, err error) {
	before := *h // claim writes it
	tasks := []func() error{
		func() (err error) { winner, err = p.claim(ctx, h); return err },
		func() error { return p.putFolder(ctx, before.name, plan.Folder) },
	}
	if plan.Writes(bucket.FacetAccessBlock) || plan.Writes(bucket.FacetPolicy) {
		tasks = append(tasks,
			func() error { return p.stillOurs(ctx, before) },
			func() error { return p.checkPolicy(ctx, o) },
			func() error {
				if o.New { // it has no policy that could take effect
					return p.putAccessBlock(ctx, before.name, plan.Before)
				}
				return p.checkAccessBlock(ctx, o)
			},
		)
	}
	if err := parallel(tasks...); err != nil {
		return "", err
	}
	return winner, nil
}

// grantAccess makes the remaining changes: the access block that lets S3 store the
// policy, the policy, and the access block that lets the policy take effect.
func (p *provisioning) grantAccess(ctx context.Context, h home, o bucket.Observed, plan bucket.Plan) error {
	if plan.Before != nil && !o.New {
		if time.Since(p.claimedAt).Abs() < atWork {
			return fault.At(fault.StepAccessBlock, fault.New(fault.OperationConflict, "another delivery claimed %s a moment ago and may be opening it", h.name))
		}
		if err := p.putAccessBlock(ctx, h.name, plan.Before); err != nil {
			return err
		}
	}
	if plan.Policy != nil {
		if err := p.putPolicy(ctx, h.name, *plan.Policy); err != nil {
			return err
		}
	}
	if plan.Open == nil {
		return nil
	}
	return p.open(ctx, h, o.AccessBlock)
}

// open switches off the flag that keeps the stored policy from taking effect. Before
// that it reads the policy and plans again, so that nothing is opened that wasn't
// seen. It retries while a read doesn't show the policy that was put. What a read says of
// the access block doesn't count: after the delivery's own writes it may be any of them.
func (p *provisioning) open(ctx context.Context, h home, stored bucket.AccessBlock) error {
	var plan bucket.Plan
	err := retry(ctx, isConflict, func() error {
		o, err := p.observe(ctx, h)
		if err != nil {
			return err
		}
		o.AccessBlock = stored
		if plan, err = p.plan(o); err == nil && plan.Policy != nil {
			err = fault.At(fault.StepPolicy, fault.New(fault.OperationConflict, "the policy of %s isn't what was put a moment ago; somebody is changing it, or a read was old", h.name))
		}
		return err
	})
	if err == nil {
		err = p.putAccessBlock(ctx, h.name, plan.Open)
	}
	return err
}
