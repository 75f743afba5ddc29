package buckets

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"sync"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// Listing is the account's list of buckets, read to its end before anything is
// examined: some 60 bytes for each. So it is known how many there are, and which of an
// organization's names aren't.
type Listing struct {
	audit.Source

	mu  sync.Mutex
	all []audit.Listed // sorted by name; nil until it has been read
}

// Buckets yields the list when it has been read.
func (l *Listing) Buckets(ctx context.Context, prefix string) iter.Seq2[audit.Listed, error] {
	return func(yield func(audit.Listed, error) bool) {
		all := []audit.Listed{}
		for b, err := range l.Source.Buckets(ctx, prefix) {
			if err != nil {
				yield(b, err)
				return
			}
			all = append(all, b)
		}
		slices.SortFunc(all, func(a, b audit.Listed) int { return cmp.Compare(a.Name, b.Name) }) // servers that speak S3's language may have another order
		l.mu.Lock()
		l.all = all
		l.mu.Unlock()
		for _, b := range all {
			if !yield(b, nil) {
				return
			}
		}
	}
}

// Total is how many buckets there are; -1 until that is known.
func (l *Listing) Total() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		return -1
	}
	return len(l.all)
}

func (l *Listing) has(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, has := slices.BinarySearchFunc(l.all, name, func(b audit.Listed, name string) int { return cmp.Compare(b.Name, name) })
	return has
}

// listed is buckets that aren't looked at if the list tells that they aren't there: the
// name in the account's own namespace, which nobody else can have, of an organization
// whose conventional name was listed. Of one that came since nothing is concluded.
type listed struct {
	provision.Buckets
	list *Listing
}

// Look looks, unless the list tells.
func (l listed) Look(ctx context.Context, spec bucket.Spec, c bucket.Candidate) (bucket.Sighting, error) {
	if c.AccountRegional && !l.list.has(c.Name) && l.list.has(spec.Candidates[0].Name) && c.Name != spec.Candidates[0].Name {
		return bucket.Sighting{Candidate: c, State: bucket.Absent}, nil
	}
	return l.Buckets.Look(ctx, spec, c)
}

// examiner examines by the list, and by looking at each bucket what the claim contradicts
// the list about: the bucket may have been made after the list was read.
type examiner struct {
	*provision.Service
	thorough *provision.Service
}

// Examine examines as a Service does.
func (x examiner) Examine(ctx context.Context, id org.ID) (provision.Examination, error) {
	e, err := x.Service.Examine(ctx, id)
	if slices.ContainsFunc(e.Sightings, func(s bucket.Sighting) bool { return s.State == bucket.Absent && s.Name == e.Claim.Bucket }) {
		return x.thorough.Examine(ctx, id)
	}
	return e, err
}
