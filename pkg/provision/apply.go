package provision

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// steps names the step that writes a facet.
var steps = map[bucket.Facet]fault.Step{
	bucket.FacetAccessBlock: fault.StepAccessBlock,
	bucket.FacetFolder:      fault.StepFolder,
	bucket.FacetPolicy:      fault.StepPolicy,
}

// apply carries out a plan's stages, one after the other, on a bucket that is
// proved ours or was created by this delivery.
func (r *run) apply(ctx context.Context, stages [][]bucket.Change) error {
	for _, stage := range stages {
		tasks := make([]func() error, len(stage))
		for i, change := range stage {
			tasks[i] = func() error {
				return r.step(steps[change.Facet], func() error { return r.write(ctx, change) })
			}
		}
		if err := parallel(tasks...); err != nil {
			return err
		}
	}
	return nil
}

// write makes one change.
func (r *run) write(ctx context.Context, c bucket.Change) (err error) {
	did := true
	switch c.Facet {
	case bucket.FacetAccessBlock:
		err = r.buckets.PutAccessBlock(ctx, r.name, c.AccessBlock)
	case bucket.FacetFolder:
		did, err = r.buckets.PutFolder(ctx, r.name)
	case bucket.FacetPolicy:
		err = r.putPolicy(ctx, c.Policy)
	default:
		err = fault.New(fault.Internal, "no way to write facet %q", c.Facet)
	}
	if err == nil && did {
		r.changed(c.Facet)
	}
	return err
}

// putPolicy names the user who is missing; S3 doesn't.
func (r *run) putPolicy(ctx context.Context, d policy.Document) error {
	err := r.buckets.PutPolicy(ctx, r.name, d)
	if fault.Is(err, fault.ClientUserNotFound) {
		return fault.Wrap(fault.ClientUserNotFound, err, "the policy of %s names somebody who doesn't exist, most likely the client's IAM user %s, whom signup hasn't made yet", r.name, r.spec.ClientUserARN)
	}
	return err
}
