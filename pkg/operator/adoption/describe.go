package adoption

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// describe reads what a person wants to know of the bucket before saying yes.
// What can't be read is no reason to refuse, but is said.
func (a *Adopter) describe(ctx context.Context, p *Proposal) error {
	var policy policy.Document
	var abac bool
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
		{what: "whether its tags decide about access (ABAC)", read: func(ctx context.Context) (err error) { abac, err = a.buckets.ABAC(ctx, p.Name); return err }},
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
	if abac {
		return abacRefusal(p)
	}
	return ctx.Err()
}

// abacRefusal gives the command that tags a bucket whose tags decide about access.
func abacRefusal(p *Proposal) *Refusal {
	return refuse(ABACEnabled, "bucket %s has ABAC on: its tags decide about access to it, and S3 takes them by another call only", p.Name).
		advise("Mind which policies look at its tags. Then: %s", TagCommand(p.Spec, p.Name))
}

// TagCommand is the AWS command that adds the organization's tag to a bucket and
// leaves its other tags alone, ABAC or not.
func TagCommand(spec bucket.Spec, name string) string {
	return fmt.Sprintf("aws s3control tag-resource --region %s --account-id %s --resource-arn %s --tags Key=%s,Value=%s",
		spec.Region, spec.Account, spec.ARN(name), bucket.TagKey, spec.OrgID)
}

// all runs the tasks at once and gives the first error.
func all(ctx context.Context, tasks ...func(context.Context) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, task := range tasks {
		group.Go(func() error { return task(ctx) })
	}
	return group.Wait()
}
