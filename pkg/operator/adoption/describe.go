package adoption

import (
	"context"
	"sync"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// describe reads what a person wants to know of the bucket before agreeing. What
// can't be read is listed as unread and is no reason to refuse.
func (a *Adopter) describe(ctx context.Context, p *Proposal) error {
	var document policy.Document
	var created, block, said, objects error
	var wg sync.WaitGroup
	wg.Go(func() { p.Created, created = a.store.Created(ctx, p.Name) })
	wg.Go(func() { p.AccessBlock, block = a.look.ReadAccessBlock(ctx, p.Name) })
	wg.Go(func() { document, said = a.look.ReadPolicy(ctx, p.Name) })
	wg.Go(func() { p.Objects, p.More, objects = a.store.Objects(ctx, p.Name, mostObjects) })
	wg.Wait()
	for _, part := range []struct {
		what string
		err  error
	}{{"when it was created", created}, {"its public access block", block}, {"its policy", said}, {"its objects", objects}} {
		if part.err != nil {
			p.Unread = append(p.Unread, part.what+": "+fault.Of(part.err).Message)
		}
	}
	p.Policy = lines(document)
	return ctx.Err()
}
