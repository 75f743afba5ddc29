package adoption

import (
	"context"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// S3 may need a moment until what was written can be read, and while another
// change is under way.
const (
	firstPause = 200 * time.Millisecond
	mostTries  = 6 // pauses of 0.2, 0.4, 0.8, 1.6 and 3.2 s between them
)

// mostTime is how long the write and its reading back may take. They are finished
// once begun, also if the caller goes away.
const mostTime = 30 * time.Second

// Adopt tags the bucket of a proposal. Everything is looked at again before; if
// it isn't what was shown any more, the error is a *Refusal and nothing was
// written. The tags are read back after it. With any other error the bucket may
// or may not be tagged, as its message says.
func (a *Adopter) Adopt(ctx context.Context, p *Proposal) error {
	if p.Already {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mostTime)
	defer cancel()
	pause := firstPause
	for try := 1; ; try++ {
		if err := a.unchanged(ctx, p); err != nil {
			if try > 1 && a.hasTags(ctx, p) {
				return nil // the try before was done, and its answer got lost
			}
			return err
		}
		err := a.buckets.PutTags(ctx, p.Name, p.Adopted)
		if fault.Is(err, fault.OperationConflict) && try < mostTries && sleep(ctx, pause) {
			pause *= 2
			continue
		}
		return a.conclude(ctx, p, err)
	}
}

// hasTags tells whether the bucket has the tags that it should get.
func (a *Adopter) hasTags(ctx context.Context, p *Proposal) bool {
	tags, err := a.buckets.Tags(ctx, p.Name)
	return err == nil && same(tags, p.Adopted)
}

// conclude finds out what became of the write that ended with err.
func (a *Adopter) conclude(ctx context.Context, p *Proposal, err error) error {
	f := fault.Of(err)
	switch {
	case err == nil:
		return a.readBack(ctx, p)
	case f.Code == fault.Internal:
		// S3's answer to a bucket with ABAC on isn't documented.
		return fault.Wrap(fault.Internal, err, "bucket %s wasn't tagged. If ABAC is on for it, this does it: %s", p.Name, TagCommand(p.Spec, p.Name))
	case f.Kind() != fault.Transient || f.Code == fault.OperationConflict:
		return fault.Wrap(f.Code, err, "bucket %s wasn't tagged", p.Name)
	case a.readBack(ctx, p) == nil:
		return nil // only the answer was lost
	}
	return fault.Wrap(f.Code, err, "whether bucket %s was tagged isn't known: look again", p.Name)
}

// unchanged makes sure that the bucket and the candidates beside it are what was
// shown. The tags come last: they are what will be overwritten.
func (a *Adopter) unchanged(ctx context.Context, p *Proposal) error {
	sightings, err := a.lookAtAll(ctx, p.Spec)
	if err != nil {
		return err
	}
	for _, s := range sightings {
		switch {
		case s.Name != p.Name && s.State == bucket.Ours:
			return refuse(HomeExists, "bucket %s has become the home of %s meanwhile; nothing was changed", s.Name, p.Spec.OrgID)
		case s.Name == p.Name && s.State != bucket.Unproved:
			return refuse(Changed, "bucket %s has changed meanwhile: it is %s (%s); nothing was changed", s.Name, s.State, s.Seen).advise("Run the command again to see it as it is now.")
		}
	}
	if err := a.noHomeBeside(ctx, p.Spec, sightings, p.Name); err != nil {
		return err
	}
	tags, err := a.buckets.Tags(ctx, p.Name)
	if err != nil {
		return err
	}
	if !same(tags, p.Tags) {
		return refuse(Changed, "somebody has changed the tags of %s meanwhile: %s; nothing was written", p.Name, differences(p.Tags, tags)).advise("Run the command again to see them as they are now.")
	}
	return nil
}

// readBack makes sure that the bucket has the tags that were written. Reads may
// lag behind for a moment.
func (a *Adopter) readBack(ctx context.Context, p *Proposal) error {
	pause := firstPause
	for try := 1; ; try++ {
		tags, err := a.buckets.Tags(ctx, p.Name)
		if err == nil && same(tags, p.Adopted) {
			return nil
		}
		if try < mostTries && sleep(ctx, pause) {
			pause *= 2
			continue
		}
		return notAsWritten(p, tags, err)
	}
}

// notAsWritten is the failure of an adoption that can't be seen.
func notAsWritten(p *Proposal, tags []Tag, err error) error {
	mark := Tag{bucket.TagKey, string(p.Spec.OrgID)}
	switch {
	case err != nil:
		return fault.Wrap(fault.Of(err).Code, err, "S3 took the tags of %s, but they can't be read back", p.Name)
	case slices.Contains(tags, mark):
		return fault.New(fault.OperationConflict, "bucket %s is tagged, but somebody changed its tags at the same time: %s", p.Name, differences(p.Adopted, tags))
	}
	return fault.New(fault.OperationConflict, "S3 took the tags of %s, but they don't show: %s", p.Name, differences(p.Adopted, tags))
}

// sleep pauses unless ctx ends before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
