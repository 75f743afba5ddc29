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

// run is the provisioning of one organization in one delivery.
type run struct {
	buckets Buckets
	spec    bucket.Spec

	mu        sync.Mutex // guards what parallel steps write
	changes   map[bucket.Facet]bool
	durations map[fault.Step]time.Duration
	warnings  []string
}

// Provision makes sure that the organization has its bucket, ready to be used.
// It can be called any number of times, also concurrently and after being cut
// off anywhere; durations, if not nil, takes how long each step took.
func (s *Service) Provision(ctx context.Context, id org.ID, durations map[fault.Step]time.Duration) (Result, error) {
	spec, err := s.naming.Spec(id)
	if err != nil {
		return Result{}, fault.At(fault.StepParse, err)
	}
	if durations == nil {
		durations = map[fault.Step]time.Duration{}
	}
	r := &run{buckets: s.buckets, spec: spec, changes: map[bucket.Facet]bool{}, durations: durations}
	home, err := r.provision(ctx)
	if err != nil {
		return Result{}, err
	}
	return r.result(home), nil
}

func (r *run) provision(ctx context.Context) (home string, err error) {
	found, err := r.find(ctx)
	if err != nil {
		return "", err
	}
	observed := bucket.JustCreated(found.name)
	if found.created {
		r.changed(bucket.FacetBucket)
	} else if observed, err = r.read(ctx, found.name); err != nil {
		return "", err
	}
	return r.converge(ctx, observed)
}

// converge brings a bucket that is proved ours to what it shall be.
//
// Our policy is put only on a bucket that was confirmed: all candidates were
// looked at after it was there, and no other is this organization's. If two
// deliveries ever create two buckets, the one that looks last sees both, so two
// can never both become the home. What publishes nothing is done beside that.
func (r *run) converge(ctx context.Context, o bucket.Observed) (home string, err error) {
	plan, err := r.plan(o)
	if err != nil {
		return "", err
	}
	before, from := plan.AroundPolicy()
	if len(from) == 0 {
		return o.Name, r.apply(ctx, o.Name, before)
	}
	err = parallel(
		func() (err error) { home, err = r.confirm(ctx, o.Name); return err },
		func() error { return r.apply(ctx, o.Name, before) },
	)
	switch {
	case err != nil:
		return "", err
	case home != o.Name:
		return r.yield(ctx, o.Name, home)
	}
	return home, r.apply(ctx, home, from)
}

// yield turns from a bucket to the organization's home, which is another one.
func (r *run) yield(ctx context.Context, left, home string) (string, error) {
	clear(r.changes)
	r.warn("MultipleHomes: bucket " + left + " is tagged for this organization, too; it has no policy and isn't used")
	observed, err := r.read(ctx, home)
	if err != nil {
		return "", err
	}
	return r.converge(ctx, observed)
}

// read observes the facets of a bucket that is ours.
func (r *run) read(ctx context.Context, name string) (bucket.Observed, error) {
	o := bucket.Observed{Name: name}
	err := r.step(fault.StepObserve, func() error {
		return again(ctx, isConflict, func() error {
			return parallel(
				func() (err error) { o.AccessBlock, err = r.buckets.ReadAccessBlock(ctx, name); return err },
				func() (err error) { o.Policy, err = r.buckets.ReadPolicy(ctx, name); return err },
				func() (err error) { o.Folder, err = r.buckets.HasFolder(ctx, name); return err },
			)
		})
	})
	return o, err
}

func (r *run) plan(o bucket.Observed) (bucket.Plan, error) {
	plan, err := r.spec.Plan(o)
	if err != nil {
		return bucket.Plan{}, fault.At(fault.StepPolicy, err)
	}
	for _, w := range plan.Warnings {
		r.warn(w)
	}
	return plan, nil
}

func (r *run) result(home string) Result {
	res := Result{Spec: r.spec, Bucket: home, Status: StatusUnchanged, Changes: []bucket.Facet{}, Warnings: slices.Clone(r.warnings)}
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

func (r *run) warn(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.warnings = append(r.warnings, text)
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
