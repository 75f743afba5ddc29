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
	// Sightings are those of all candidates, in their order. The last one is that of
	// the claimed bucket, if its name isn't a candidate's; the first ones are those that
	// a search found.
	Sightings []bucket.Sighting
	// Bucket is the home, empty if there is none yet.
	Bucket string
	// Create are the names that would be tried, in this order, until one can be
	// created; empty if there is a home. Unreadable names are among them, since only
	// the answer to CreateBucket shows who owns those; one may be ours in another Region.
	Create []bucket.Candidate
	// Observed is the observed state of the home, zero without one.
	Observed bucket.Observed
	// Changes are what would be written, in the order of bucket.Facets.
	Changes []bucket.Facet
	// Plan is the writes on the home, or on the bucket that would be created.
	Plan bucket.Plan
	// Warnings are those that the outcome would have.
	Warnings []fault.Warning
	// AccountUnread is why the account's public access block couldn't be read, nil if it was.
	AccountUnread error
	// Blocked is why a message would fail now, nil if no obstacle was seen. The
	// client's user, the account's BlockPublicPolicy and its bucket quota aren't looked at.
	Blocked *fault.Error
}

// Healthy reports whether a message would find nothing to change.
func (e Examination) Healthy() bool {
	return e.Blocked == nil && e.Bucket != "" && e.Plan.Empty()
}

// Examine observes and plans as Provision does, and writes nothing. It looks once,
// without retries. A failure that a message would have is in Blocked. The error
// means that a read failed; the examination then has what was read before.
func (s *Service) Examine(ctx context.Context, id org.ID) (Examination, error) {
	spec, err := s.naming.Spec(id)
	if err != nil {
		return Examination{Blocked: fault.Of(fault.At(fault.StepParse, err))}, nil
	}
	e := Examination{Spec: spec}
	p := s.begin(spec, "", nil)
	err = parallel(
		func() error { return e.examine(ctx, p) },
		func() error { e.AccountUnread = p.checkAccount(ctx, ctx, examinationWaits); return nil },
	)
	e.Warnings = p.allWarnings()
	if err != nil {
		failure := fault.Of(fault.At(fault.StepObserve, err))
		if failure.Kind() != fault.Blocked || failure.Code.OfCaller() {
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
	if name := f.claim.Bucket; f.of(name) == nil && p.naming.CheckHome(name) == nil { // which no empty name passes
		s, err := p.buckets.Look(ctx, p.spec, p.spec.Candidate(name))
		if err != nil {
			return err
		}
		f.sightings = append(f.sightings, s)
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
		if h.isNew || e.Plan.Writes(facet) { // a new bucket needs all of them
			e.Changes = append(e.Changes, facet)
		}
	}
	return nil
}
