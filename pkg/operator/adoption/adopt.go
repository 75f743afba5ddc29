package adoption

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/retry"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// S3 may need a moment until a tag can be read, and while another change of the
// bucket is under way.
const (
	firstPause = 200 * time.Millisecond
	mostTries  = 6 // pauses of 0.2, 0.4, 0.8, 1.6 and 3.2 s between them
)

// mostTime is how long tagging and reading back may take. They are finished once
// begun, also if the caller goes away.
const mostTime = 30 * time.Second

// Adopt tags and claims the bucket of a proposal. Whether it may be adopted is checked
// again before; if it may not any more, the error is a *Refusal and nothing was written.
// The tag is read back after it, and then the claim is made: without the tag it would
// block the organization. With any other error the bucket may or may not be tagged and
// claimed, as its message says.
func (a *Adopter) Adopt(ctx context.Context, p *Proposal) error {
	if p.Already {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mostTime)
	defer cancel()
	if err := a.tag(ctx, p); err != nil {
		return err
	}
	return a.claim(ctx, p)
}

// tag tags the bucket unless it is tagged.
func (a *Adopter) tag(ctx context.Context, p *Proposal) error {
	if p.Tagged {
		return a.stillAdoptable(ctx, p)
	}
	var unfit, err error
	repeat(ctx, func() (done bool) {
		if unfit = a.stillAdoptable(ctx, p); unfit != nil {
			return true
		}
		err = a.store.Tag(ctx, p.Name, markOf(p.Spec.OrgID))
		return !fault.Is(err, fault.OperationConflict)
	})
	if unfit != nil {
		return unfit
	}
	return a.conclude(ctx, p, err)
}

// conclude returns what became of tagging that ended with err.
func (a *Adopter) conclude(ctx context.Context, p *Proposal, err error) error {
	f := fault.Of(err)
	switch {
	case err == nil:
		return a.readBack(ctx, p)
	case f.Kind() != fault.Transient, f.Code == fault.OperationConflict, f.Code == fault.Internal:
		return fault.Wrap(f.Code, err, "bucket %s wasn't tagged", p.Name)
	case a.readBack(ctx, p) == nil:
		return nil // only the answer was lost
	}
	return fault.Wrap(f.Code, err, "whether bucket %s was tagged isn't known: run the command again", p.Name)
}

// stillAdoptable returns a refusal unless the bucket still has no organization, and
// no other candidate is its home.
func (a *Adopter) stillAdoptable(ctx context.Context, p *Proposal) error {
	sightings, err := a.lookAtAll(ctx, p.Spec, p.Name)
	if err != nil {
		return err
	}
	want := bucket.Unproved
	if p.Tagged {
		want = bucket.Ours
	}
	for _, s := range sightings {
		switch {
		case s.Name != p.Name && s.State == bucket.Ours && !p.settled():
			return refuse(HomeExists, "bucket %s has become the home of %s meanwhile; nothing was changed", s.Name, p.Spec.OrgID)
		case s.Name == p.Name && s.State != want:
			return refuse(Changed, "bucket %s has changed meanwhile: it is %s (%s); nothing was changed", s.Name, s.State, s.Seen).advise("Run the command again to see it as it is now.")
		}
	}
	if p.settled() {
		return nil
	}
	return a.noHomeBeside(ctx, p.Spec, sightings, p.Name)
}

// ClaimedBy is the message id of claims that a person made.
const ClaimedBy = "orgbucket-adopt"

// claim makes the claim, or replaces the one that was shown.
func (a *Adopter) claim(ctx context.Context, p *Proposal) error {
	if p.Claim.Bucket == p.Name {
		return nil
	}
	want, id := provision.Claim{Bucket: p.Name, MessageID: ClaimedBy, At: time.Now()}, p.Spec.OrgID
	var err error
	if p.Claim.Bucket == "" {
		var winner string
		if winner, _, err = a.claims.Claim(ctx, id, want); err == nil && winner != p.Name {
			err = fault.New(fault.OperationConflict, "%s was claimed for %s meanwhile", winner, id)
		}
	} else if err = a.claims.ReplaceClaim(ctx, id, want, p.etag); err != nil {
		// A repeated put whose first answer was lost fails on its own condition.
		if now, _, readErr := a.claims.ClaimWithETag(ctx, id); readErr == nil && now.Bucket == p.Name {
			err = nil
		}
	}
	if err != nil {
		return fault.Wrap(fault.Of(err).Code, err, "bucket %s is tagged %s=%s, but not claimed; run the command again to see how things are", p.Name, bucket.TagKey, id)
	}
	return nil
}

// errUnseen is what reading back ends with if the tag doesn't show.
var errUnseen = errors.New("the tag doesn't show yet")

// readBack waits until the bucket has its tag. Tags are eventually consistent, so
// reads may lag behind for a moment
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel).
func (a *Adopter) readBack(ctx context.Context, p *Proposal) error {
	var err error
	repeat(ctx, func() (done bool) {
		var tags []Tag
		if tags, err = a.store.Tags(ctx, p.Name); err == nil && !slices.Contains(tags, markOf(p.Spec.OrgID)) {
			err = errUnseen
		}
		return err == nil
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errUnseen):
		return fault.New(fault.OperationConflict, "S3 took the tag of %s, but it doesn't show yet: run the command again in a minute", p.Name)
	}
	return fault.Wrap(fault.Of(err).Code, err, "S3 took the tag of %s, but it can't be read back", p.Name)
}

// repeat calls try until it's done, has been called mostTries times, or ctx has
// ended. The pauses between the calls double.
func repeat(ctx context.Context, try func() (done bool)) {
	retry.Do(ctx, mostTries, firstPause, func() bool { return !try() })
}
