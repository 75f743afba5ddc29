package provision

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// steps names the step that writes a facet.
var steps = map[bucket.Facet]fault.Step{
	bucket.FacetAccessBlock: fault.StepAccessBlock,
	bucket.FacetFolder:      fault.StepFolder,
	bucket.FacetPolicy:      fault.StepPolicy,
}

// apply carries out a plan's stages, one after the other, on a bucket that is
// proved ours or was created by this delivery.
func (r *run) apply(ctx context.Context, name string, stages [][]bucket.Change) error {
	for _, stage := range stages {
		tasks := make([]func() error, len(stage))
		for i, change := range stage {
			tasks[i] = func() error {
				return r.step(steps[change.Facet], func() error { return r.write(ctx, name, change) })
			}
		}
		if err := parallel(tasks...); err != nil {
			return err
		}
	}
	return nil
}

// write makes one change. It waits for S3 where S3 is known to lag: a new bucket
// that isn't seen everywhere yet, another change under way, and an access block
// that still refuses the policy after it was switched off.
func (r *run) write(ctx context.Context, name string, c bucket.Change) error {
	// A refusal that doesn't name the block is seen then, too.
	lags := c.Facet == bucket.FacetPolicy && r.has(bucket.FacetAccessBlock)
	passes := func(err error) bool {
		return isConflict(err) || lags && (fault.Is(err, fault.PublicPolicyBlocked) || fault.Is(err, fault.AccessDenied))
	}
	did := true
	err := again(ctx, passes, func() (err error) {
		switch c.Facet {
		case bucket.FacetAccessBlock:
			err = r.buckets.PutAccessBlock(ctx, name, c.AccessBlock)
		case bucket.FacetFolder:
			did, err = r.buckets.PutFolder(ctx, name)
		case bucket.FacetPolicy:
			err = r.putPolicy(ctx, name, c.Policy)
		default:
			err = fault.New(fault.Internal, "no way to write facet %q", c.Facet)
		}
		return err
	})
	if err == nil && did {
		r.changed(c.Facet)
	}
	return err
}

// putPolicy names the user who is missing; S3 doesn't.
func (r *run) putPolicy(ctx context.Context, name string, d bucket.Document) error {
	err := r.buckets.PutPolicy(ctx, name, d)
	if fault.Is(err, fault.ClientUserNotFound) {
		return fault.Wrap(fault.ClientUserNotFound, err, "the policy of %s names the client's IAM user %s, who doesn't exist yet", name, r.spec.ClientUserARN)
	}
	return err
}

func (r *run) has(f bucket.Facet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changes[f]
}
