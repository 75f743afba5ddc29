package provision

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// provisioning is the provisioning of one organization in one delivery. This
// file tells it from top to bottom:
//
//	find      read the claim and look at all candidates; they tell the home
//	create    without a home, create one
//	converge  claim it, and bring each facet to what it shall be
//
// Only the bucket that the claim names gets this system's policy, and only while its
// account, Region and tag prove it the organization's. The claim is an object, so it is
// strongly consistent; all else that is read is configuration and may be old
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel).
type provisioning struct {
	naming  bucket.Naming
	buckets Buckets
	claims  Claims
	spec    bucket.Spec
	message string // the id of the message, for the claim
	record  record // what parallel steps write

	// restricted: RestrictPublicBuckets was on when the delivery first saw the
	// bucket. What a policy opens from then on is this delivery's doing.
	restricted bool
	claimedAt  time.Time // when another delivery claimed the home
	// resumed: the claim was made for this message, by an earlier delivery of it.
	resumed  bool
	warnings []fault.Warning // of the last plan
	second   *fault.Warning  // about a second home
}

// home is the bucket that is worked on.
type home struct {
	name string
	// claimed: the claim names it.
	claimed bool
	// proved: it has just been seen to be ours, or been created.
	proved bool
	// isNew: this delivery created it, so what it is like is known.
	isNew bool
	// unread are the candidates that may be the home instead, though they couldn't be
	// read; none if there is a claim, or somebody may have been told of this bucket.
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

// find finds the organization's home, or creates it. Everything is looked up
// before anything is created, so that a home is found whatever has become of the
// names before it.
func (p *provisioning) find(ctx context.Context) (h home, err error) {
	var f findings
	err = p.step(fault.StepObserve, func() error {
		// Another delivery, or a read that lags, may be between creation and tag.
		return again(ctx, isDoubt, func() (err error) {
			if f, err = p.look(ctx); err == nil {
				h, err = p.decide(ctx, f)
			}
			return err
		})
	})
	if err != nil {
		return home{}, err
	}
	err = p.step(fault.StepCreate, func() error {
		if h.name != "" {
			return p.ask(ctx, h.unread)
		}
		h, err = p.create(ctx, f)
		return err
	})
	return h, err
}

// converge claims the home and brings it to what it shall be. It returns which
// bucket the claim names: another one if somebody was faster. What S3 needs a
// moment for is tried again here: a new bucket that isn't seen everywhere yet,
// somebody else's change under way, an access block that still refuses the policy
// after it was switched off. Each try proves the bucket and reads it anew, so that
// nothing that was planned from an old read is ever sent.
func (p *provisioning) converge(ctx context.Context, h home) (winner string, err error) {
	err = again(ctx, p.passes, func() error {
		o, err := p.observe(ctx, h)
		h.proved = false
		if err == nil {
			winner, err = p.bring(ctx, &h, o)
		}
		h.isNew = false
		return err
	})
	return winner, err
}

// bring makes the changes that an observation asks for: first the claim and what
// publishes nothing, then what does.
func (p *provisioning) bring(ctx context.Context, h *home, o bucket.Observed) (winner string, err error) {
	plan, err := p.plan(o)
	switch {
	case err != nil:
		return "", err
	case h.claimed && plan.Empty():
		return h.name, nil
	}
	if winner, err = p.prepare(ctx, h, o, plan); err != nil || winner != h.name {
		return winner, err
	}
	return h.name, p.publish(ctx, *h, o, plan)
}

// prepare claims the home and makes the changes that can't publish anything. Beside
// them it proves the bucket once more and reads its policy and access block again:
// somebody, or an account's own automation, may have changed them meanwhile, and one
// read may be old. Nothing is planned anew then, but everything is tried again.
func (p *provisioning) prepare(ctx context.Context, h *home, o bucket.Observed, plan bucket.Plan) (winner string, err error) {
	tasks := []func() error{
		func() (err error) { winner, err = p.claim(ctx, h); return err },
		func() error { return p.putFolder(ctx, h.name, plan.Folder) },
	}
	if plan.Writes(bucket.FacetAccessBlock) || plan.Writes(bucket.FacetPolicy) {
		tasks = append(tasks,
			func() error { return p.stillOurs(ctx, *h) },
			func() error { return p.checkPolicy(ctx, o) },
			func() error {
				if o.New { // it has no policy that could be published
					return p.putAccessBlock(ctx, h.name, plan.Before)
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

// publish makes the remaining changes: what lets S3 take the policy, the policy, and
// what lets it have effect.
func (p *provisioning) publish(ctx context.Context, h home, o bucket.Observed, plan bucket.Plan) error {
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
	if plan.Open != nil {
		return p.open(ctx, h)
	}
	return nil
}

// open switches off what keeps the stored policy from having effect. That policy is
// read and planned for anew while it still has none, so that nothing is opened that
// wasn't seen. A read that doesn't show yet what was put is waited for.
func (p *provisioning) open(ctx context.Context, h home) error {
	plan, seenOpen := bucket.Plan{}, false
	err := again(ctx, isConflict, func() error {
		o, err := p.observe(ctx, h)
		if err != nil {
			return err
		}
		if plan, err = p.plan(o); err == nil {
			err = checkStored(h.name, plan, &seenOpen)
		}
		return err
	})
	if err != nil || plan.Open == nil { // another delivery may have opened it
		return err
	}
	return p.putAccessBlock(ctx, h.name, plan.Open)
}
