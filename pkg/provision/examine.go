package provision

import (
	"context"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Examination is what a message for an organization would find and do now.
type Examination struct {
	Spec bucket.Spec
	// Sightings are of all candidates, in their order.
	Sightings []bucket.Sighting
	// Bucket is the home, empty if there is none yet.
	Bucket string
	// Create, without a home, are the names that would be created, one after the
	// other until one is won. Of those that can't be read only that tells whose
	// they are: a bucket of ours in another Region is among them.
	Create []bucket.Candidate
	// Observed is what the home is like; zero without one.
	Observed bucket.Observed
	// Changes are what would be written, in the order of bucket.Facets.
	Changes []bucket.Facet
	// Plan is the writes on the home, or on the bucket that would be created.
	Plan bucket.Plan
	// Warnings are the plan's, and one about a second home.
	Warnings []fault.Warning
	// Blocked is why a message would fail now, as far as the buckets tell; nil if
	// nothing stands against it. Whether the client's user exists, what the
	// account's access block says and how many buckets it may have is not looked at.
	Blocked *fault.Error
}

// Healthy tells whether a message would find everything as it shall be.
func (e Examination) Healthy() bool {
	return e.Blocked == nil && e.Bucket != "" && e.Plan.Empty()
}

// Examine observes and plans as Provision does, and writes nothing. It looks
// once: what S3 may only need a moment for is reported as it is seen. A failure
// that a message would have is in Blocked; the error is that the looking itself
// failed, with the examination as far as it came.
func (s *Service) Examine(ctx context.Context, id org.ID) (Examination, error) {
	spec, err := s.naming.Spec(id)
	if err != nil {
		return Examination{Blocked: fault.Of(fault.At(fault.StepParse, err))}, nil
	}
	e := Examination{Spec: spec}
	r := &run{buckets: s.buckets, spec: spec, durations: map[fault.Step]time.Duration{}, unread: map[string]bool{}}
	if err := e.examine(ctx, r); err != nil {
		failure := fault.Of(fault.At(fault.StepObserve, err))
		if failure.Kind() != fault.Blocked || failure.Code == fault.AccessDenied {
			return e, failure
		}
		e.Blocked = failure
	}
	return e, nil
}

func (e *Examination) examine(ctx context.Context, r *run) (err error) {
	if e.Sightings, err = r.look(ctx, e.Spec.Candidates); err != nil {
		return err
	}
	decision, err := bucket.Decide(e.Sightings)
	if err != nil {
		return err
	}
	if len(decision.Homes) == 0 {
		e.Create = decision.Create
		return e.plan(r, bucket.JustCreated(e.Create[0].Name))
	}
	home := decision.Homes[0].Name
	if len(decision.Homes) > 1 {
		if home, err = r.pick(ctx, decision.Homes, fault.MultipleHomes); err != nil {
			return err
		}
	}
	e.Bucket, r.name = home, home
	if e.Observed, err = r.read(ctx); err != nil {
		return err
	}
	if err := e.plan(r, e.Observed); err != nil {
		return err
	}
	return e.confirmable()
}

// plan finds out what would be written.
func (e *Examination) plan(r *run, o bucket.Observed) error {
	plan, err := r.plan(o)
	e.Warnings = slices.Clone(plan.Warnings)
	if r.homes.Text != "" {
		e.Warnings = append(e.Warnings, r.homes)
	}
	if err != nil {
		return err
	}
	e.Plan = plan
	for _, f := range bucket.Facets() {
		if f == bucket.FacetBucket && e.Bucket == "" || plan.Writes(f) {
			e.Changes = append(e.Changes, f)
		}
	}
	return nil
}

// confirmable tells whether the home would be confirmed before it gets the
// policy. Candidates that can't be read are left to a message, which asks about
// them by creating.
func (e *Examination) confirmable() error {
	if !e.Plan.Writes(bucket.FacetPolicy) {
		return nil
	}
	standing := halfMade
	if e.Spec.MentionsOurs(e.Bucket, e.Observed.Policy) {
		standing = established
	}
	readable := slices.DeleteFunc(slices.Clone(e.Sightings), func(s bucket.Sighting) bool {
		return s.State == bucket.Unreadable && !s.AccountRegional
	})
	_, err := homesWith(e.Bucket, readable, standing)
	return err
}
