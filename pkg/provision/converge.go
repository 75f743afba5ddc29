package provision

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// converge brings the home to what it shall be. What S3 needs a moment for is
// tried again here: a new bucket that isn't seen everywhere yet, somebody else's
// change under way, an access block that still refuses the policy after it was
// switched off. Each try reads the bucket anew, so that a document that somebody
// else changed meanwhile is never overwritten with one that was made before.
func (r *run) converge(ctx context.Context, found found) error {
	r.name = found.name
	if found.created {
		r.changed(bucket.FacetBucket)
	}
	first := true
	return again(ctx, r.passes, func() error {
		r.standing = halfMade
		if first && found.created {
			r.standing = fresh
		}
		observed, err := r.observe(ctx, first)
		first = false
		if err != nil {
			return err
		}
		return r.bring(ctx, observed)
	})
}

// observe reads what the bucket is like. On the first try it has just been
// proved ours, or created; later ones prove it again beside the reading, since
// somebody may have given it away meanwhile.
func (r *run) observe(ctx context.Context, first bool) (o bucket.Observed, err error) {
	switch {
	case r.standing == fresh:
		return bucket.JustCreated(r.name), nil
	case first:
		return r.read(ctx)
	}
	err = parallel(
		func() error { return r.step(fault.StepObserve, func() error { return r.stillOurs(ctx) }) },
		func() (err error) { o, err = r.read(ctx); return err },
	)
	return o, err
}

// passes tells whether an error is one that S3 may only need a moment for.
func (r *run) passes(err error) bool {
	f := fault.Of(err)
	switch {
	case isConflict(err), isDoubt(err):
		return true
	case f.Step != fault.StepPolicy:
		return false
	}
	// Right after the block was switched off the policy may still be refused,
	// with or without a word about the block.
	return r.has(bucket.FacetAccessBlock) && (f.Code == fault.PublicPolicyBlocked || f.Code == fault.AccessDenied)
}

// bring makes the changes that an observation asks for.
//
// Our policy is put only on a bucket that was confirmed: all candidates were
// looked at while it was there, and no other is this organization's. If two
// deliveries ever create two buckets, the one that looks last sees both, so two
// can never both become the home. docs/architecture.md has the proof.
func (r *run) bring(ctx context.Context, o bucket.Observed) error {
	plan, err := r.plan(o)
	if err != nil {
		return err
	}
	before, from := plan.SplitAtPolicy()
	if len(from) == 0 {
		return r.apply(ctx, before)
	}
	if r.spec.MentionsOurs(r.name, o.Policy) {
		r.standing = established
	}
	home, o, err := r.reach(ctx, o, before)
	switch {
	case err != nil:
		return err
	case home != r.name:
		return r.yield(ctx, home)
	}
	if plan, err = r.plan(o); err != nil {
		return err
	}
	return r.finish(ctx, plan)
}

// reach makes the changes before the policy, which publish nothing. Beside them
// it confirms the home and reads the policy once more: somebody, or an account's
// own automation, may have put one since it was read or the bucket was created.
func (r *run) reach(ctx context.Context, o bucket.Observed, before [][]bucket.Change) (home string, now bucket.Observed, err error) {
	now = o
	err = parallel(
		func() (err error) { home, err = r.confirm(ctx); return err },
		func() error { return r.apply(ctx, before) },
		func() error {
			return r.step(fault.StepObserve, func() (err error) { now.Policy, err = r.buckets.ReadPolicy(ctx, r.name); return err })
		},
	)
	now.After(before)
	return home, now, err
}

// finish puts the policy and whatever comes after it. Beside the policy it looks
// at the other candidates once more: where reads lag, a second bucket may have
// been invisible before. Nothing is announced then.
func (r *run) finish(ctx context.Context, plan bucket.Plan) error {
	return parallel(
		func() error { return r.apply(ctx, plan.Stages) },
		func() error { return r.step(fault.StepObserve, func() error { return r.alone(ctx) }) },
	)
}

// yield turns from a bucket to the organization's home, which is another one.
func (r *run) yield(ctx context.Context, home string) error {
	left := r.name
	clear(r.changes)
	r.name, r.standing = home, halfMade
	r.homes = fault.Warning{Code: fault.MultipleHomes, Text: "bucket " + left + " is tagged for this organization, too; it doesn't have this system's policy and isn't used"}
	observed, err := r.read(ctx)
	if err != nil {
		return err
	}
	return r.bring(ctx, observed)
}

// read observes the facets of the bucket.
func (r *run) read(ctx context.Context) (bucket.Observed, error) {
	o := bucket.Observed{Name: r.name}
	err := r.step(fault.StepObserve, func() error {
		return parallel(
			func() (err error) { o.AccessBlock, err = r.buckets.ReadAccessBlock(ctx, r.name); return err },
			func() (err error) { o.Policy, err = r.buckets.ReadPolicy(ctx, r.name); return err },
			func() (err error) { o.Folder, err = r.buckets.HasFolder(ctx, r.name); return err },
		)
	})
	return o, err
}

func (r *run) plan(o bucket.Observed) (bucket.Plan, error) {
	plan, err := r.spec.Plan(o)
	r.planned = plan.Warnings
	return plan, fault.At(fault.StepPolicy, err)
}
