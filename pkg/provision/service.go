package provision

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Service provisions buckets. It keeps nothing between runs: S3 is the only record.
type Service struct {
	naming  bucket.Naming
	buckets Buckets
}

// NewService takes valid naming settings.
func NewService(naming bucket.Naming, buckets Buckets) *Service {
	return &Service{naming, buckets}
}

// run is the provisioning of one organization in one delivery, in this order:
//
//	find      look at all candidates; if none is the home, create one
//	converge  read its facets (of a new bucket they are known), plan, write:
//	  reach     what comes before the policy, beside it confirm that no other
//	            candidate is the home and read the policy again
//	  finish    the policy and what comes after it, beside it look once more
type run struct {
	buckets Buckets
	spec    bucket.Spec

	mu        sync.Mutex // guards what parallel steps write
	name      string     // the bucket that is worked on
	changes   map[bucket.Facet]bool
	durations map[fault.Step]time.Duration
	standing  standing        // what is known of it
	unread    map[string]bool // names of the global namespace that couldn't be read when last looked at
	spare     map[string]bool // names that were created only to ask whose they are
	planned   []fault.Warning // warnings of the last plan
	homes     fault.Warning   // warning about a second home
}

// standing is what is known of the bucket that is worked on, and so how much has
// to be known of the other candidates before it gets our policy.
type standing int

const (
	// halfMade: it is ours, but was never made the home.
	halfMade standing = iota
	// fresh: this delivery created it a moment ago.
	fresh
	// established: it was made the home before, as a statement of ours shows.
	established
)

// Provision makes sure that the organization has its bucket, ready to be used.
// It can be called any number of times, also concurrently and after being cut
// off anywhere. durations, if not nil, takes how long each step took; steps that
// run side by side each count in full. With an error the result has the bucket
// that was worked on, if it came to that.
func (s *Service) Provision(ctx context.Context, id org.ID, durations map[fault.Step]time.Duration) (Result, error) {
	spec, err := s.naming.Spec(id)
	if err != nil {
		return Result{}, fault.At(fault.StepParse, err)
	}
	if durations == nil {
		durations = map[fault.Step]time.Duration{}
	}
	r := &run{buckets: s.buckets, spec: spec, changes: map[bucket.Facet]bool{}, durations: durations, unread: map[string]bool{}, spare: map[string]bool{}}
	found, err := r.find(ctx)
	if err == nil {
		err = r.converge(ctx, found)
	}
	return r.result(), err
}

// result tells what the run did.
func (r *run) result() Result {
	res := Result{Spec: r.spec, Bucket: r.name, Status: StatusUnchanged, Changes: []bucket.Facet{}, Warnings: slices.Clone(r.planned)}
	if r.homes.Text != "" {
		res.Warnings = append(res.Warnings, r.homes)
	}
	for _, f := range bucket.Facets() {
		if r.changes[f] {
			res.Changes = append(res.Changes, f)
		}
	}
	switch {
	case r.changes[bucket.FacetBucket]:
		res.Status = StatusCreated
	case len(res.Changes) > 0:
		res.Status = StatusRepaired
	}
	return res
}

func (r *run) changed(f bucket.Facet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes[f] = true
}

func (r *run) has(f bucket.Facet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changes[f]
}

// step names the step in f's error and takes its time.
func (r *run) step(step fault.Step, f func() error) error {
	began := time.Now()
	err := f()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.durations[step] += time.Since(began)
	return fault.At(step, err)
}

func isConflict(err error) bool { return fault.Is(err, fault.OperationConflict) }

func isDoubt(err error) bool {
	return fault.Is(err, fault.OwnershipUnproved) || fault.Is(err, fault.BucketInAnotherRegion)
}
