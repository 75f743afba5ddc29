package provision

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Examination is what a message for an organization would find and do now.
type Examination struct {
	Spec bucket.Spec
	// Claim is the organization's claim, zero if there is none.
	Claim Claim
	// Sightings are of all candidates, in their order, and behind them of the
	// claimed bucket, if that has a name of its own.
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

// Healthy reports whether a message would find everything as it shall be.
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
	p := s.begin(spec, "", nil)
	err = e.examine(ctx, p)
	e.Warnings = p.allWarnings()
	if err != nil {
		failure := fault.Of(fault.At(fault.StepObserve, err))
		if failure.Kind() != fault.Blocked || failure.Code == fault.AccessDenied {
			return e, failure
		}
		e.Blocked = failure
	}
	return e, nil
}

func (e *Examination) examine(ctx context.Context, p *provisioning) error {
	f, err := p.look(ctx)
	if err != nil {
		return err
	}
	e.Claim, e.Sightings = f.claim, f.sightings
	h, err := p.decide(ctx, f)
	if err != nil {
		return err
	}
	e.Bucket = h.name
	if h.name == "" {
		e.Create = bucket.Creatable(f.sightings)
		h.name, h.isNew = e.Create[0].Name, true
	}
	o, err := p.observe(ctx, h)
	if err != nil {
		return err
	}
	if !h.isNew {
		e.Observed = o
	}
	if e.Plan, err = p.plan(o); err != nil {
		return err
	}
	for _, facet := range bucket.Facets() {
		if facet == bucket.FacetBucket && h.isNew || e.Plan.Writes(facet) {
			e.Changes = append(e.Changes, facet)
		}
	}
	return nil
}
