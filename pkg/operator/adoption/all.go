package adoption

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// Unclaimed is an organization without a claim that has exactly one tagged bucket.
type Unclaimed struct {
	OrgID  org.ID
	Bucket string
	// Given: the name isn't one that the function would make, so a person gave it.
	Given bool
}

// Census is what claiming all at once found.
type Census struct {
	// Sole are the organizations to claim for, by their ids.
	Sole []Unclaimed
	// Several are those without a claim that have more than one tagged bucket: a
	// person has to choose.
	Several []org.ID
	// Claimed counts those that have a claim.
	Claimed int
}

// atOnce is how many calls are made concurrently.
const atOnce = 8

// Census finds out which organizations have a tagged bucket in the stage's Region,
// but no claim. Any failure ends it: what it couldn't see might be a second bucket. seen
// is called after each bucket, never concurrently.
func (a *Adopter) Census(ctx context.Context, list audit.Source, seen func()) (Census, error) {
	claimed := map[org.ID]bool{}
	for id, err := range list.Claims(ctx) {
		if err != nil {
			return Census{}, err
		}
		claimed[id] = true
	}
	tagged, err := a.tagged(ctx, list, seen)
	if err != nil {
		return Census{}, err
	}
	c := Census{Claimed: len(claimed)}
	for _, id := range slices.Sorted(maps.Keys(tagged)) {
		spec, err := a.naming.Spec(id)
		switch {
		case err != nil || claimed[id]: // no message can be for an id without legal names
		case len(tagged[id]) > 1:
			c.Several = append(c.Several, id)
		default:
			name := tagged[id][0]
			given := !slices.ContainsFunc(spec.Candidates, func(c bucket.Candidate) bool { return c.Name == name })
			c.Sole = append(c.Sole, Unclaimed{id, name, given})
		}
	}
	return c, nil
}

// tagged reads the tags of all buckets.
func (a *Adopter) tagged(ctx context.Context, list audit.Source, seen func()) (map[org.ID][]string, error) {
	all := map[org.ID][]string{}
	var mu sync.Mutex
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	var listing error
	for b, err := range list.Buckets(working, a.naming.BucketPrefix) {
		if listing = err; err != nil {
			break
		}
		group.Go(func() error {
			t, err := list.Tags(working, b.Name, b.Region)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			seen()
			if id, err := org.ParseID(t.Tags[bucket.TagKey]); err == nil && t.Region == a.naming.Region {
				all[id] = append(all[id], b.Name)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return all, listing
}

// ClaimAll claims each organization's only bucket unless there is a claim by now, and
// tells each how it ended: an error is a claim that names another bucket, or a failure.
// Stopped, it can be begun again. each is never called concurrently.
func (a *Adopter) ClaimAll(ctx context.Context, sole []Unclaimed, each func(Unclaimed, error)) {
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, u := range sole {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			winner, _, err := a.claims.Claim(ctx, u.OrgID, provision.Claim{Bucket: u.Bucket, MessageID: ClaimedBy, At: time.Now()})
			if err == nil && winner != u.Bucket {
				err = fault.New(fault.OperationConflict, "%s was claimed for %s meanwhile", winner, u.OrgID)
			}
			mu.Lock()
			defer mu.Unlock()
			each(u, err)
			return nil
		})
	}
	_ = group.Wait() // each was told
}
