package adoption

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// describe reads what a person wants to know of the bucket before saying yes.
// What can't be read is no reason to refuse, but is said.
func (a *Adopter) describe(ctx context.Context, p *Proposal) error {
	var policy policy.Document
	parts := []struct {
		what string
		read func(context.Context) error
		err  error
	}{
		{what: "when it was created", read: func(ctx context.Context) (err error) { p.Created, err = a.buckets.Created(ctx, p.Name); return err }},
		{what: "its public access block", read: func(ctx context.Context) (err error) {
			p.AccessBlock, err = a.look.ReadAccessBlock(ctx, p.Name)
			return err
		}},
		{what: "its policy", read: func(ctx context.Context) (err error) { policy, err = a.look.ReadPolicy(ctx, p.Name); return err }},
		{what: "its objects", read: func(ctx context.Context) (err error) {
			p.Objects, p.More, err = a.buckets.Objects(ctx, p.Name, mostObjects)
			return err
		}},
	}
	var group errgroup.Group
	for i := range parts {
		group.Go(func() error { parts[i].err = parts[i].read(ctx); return nil })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, part := range parts {
		if part.err != nil {
			p.Unread = append(p.Unread, part.what+": "+fault.Of(part.err).Message)
		}
	}
	p.Policy = lines(policy)
	return ctx.Err()
}

// all runs the tasks at once and gives the first error.
func all(ctx context.Context, tasks ...func(context.Context) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, task := range tasks {
		group.Go(func() error { return task(ctx) })
	}
	return group.Wait()
}
