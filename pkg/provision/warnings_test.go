package provision_test

import (
	"slices"
	"sync/atomic"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// TestTheEventsWarningsReachTheOutcome, beside the plan's.
func TestTheEventsWarningsReachTheOutcome(t *testing.T) {
	inWorld(t, func(w *world) {
		warning := fault.Warning{Text: "the correlation id was left out"}
		report := w.handler.Handle(w.t.Context(), provision.Delivery{Event: org.OrganizationCreated{OrgID: id, Warnings: []fault.Warning{warning}}})
		if report.Failure != nil || len(w.results) != 1 || !slices.Contains(w.results[0].Warnings, warning) || !slices.Contains(report.Result.Warnings, warning) {
			t.Errorf("report %+v, announced %+v", report, w.results)
		}
	})
}

// TestAnEstablishedHomeSaysThatThereIsAnotherBucketOfTheOrganization.
func TestAnEstablishedHomeSaysThatThereIsAnotherBucketOfTheOrganization(t *testing.T) {
	inWorld(t, func(w *world) {
		w.ready(n1, provision.StatusCreated, everything...)
		w.s3.Put(n2, s3fake.Bucket{Tags: ourTags()})
		r := w.ready(n1, provision.StatusUnchanged)
		if !slices.ContainsFunc(r.Warnings, func(v fault.Warning) bool { return v.Code == fault.MultipleHomes }) {
			t.Errorf("warnings %v", r.Warnings)
		}
		w.noWriteTo(n2)
	})
}

// TestABucketThatIsGoneMeanwhileIsNotWarnedOf: only what the last look saw counts.
func TestABucketThatIsGoneMeanwhileIsNotWarnedOf(t *testing.T) {
	inWorld(t, func(w *world) {
		homeWithoutClaim(w, n1)
		w.s3.Put(n2, half)
		var looks atomic.Int64
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Operation == "GetBucketTagging" && r.Bucket == n2 && looks.Add(1) == 2 {
				w.s3.Remove(n2)
			}
			return nil
		})
		if r := w.ready(n1, provision.StatusUnchanged); len(r.Warnings) > 0 {
			t.Errorf("warnings %v", r.Warnings)
		}
	})
}

// TestAConflictBesideThePolicysPutFailsTheDelivery and nothing is announced, if it lasts.
func TestAConflictBesideThePolicysPutFailsTheDelivery(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetFault(s3fake.Always("PutBucketPolicy", s3fake.Fault{Status: 409, Code: "OperationAborted"}))
		w.fails(fault.OperationConflict, fault.StepPolicy)
		if len(w.results) != 0 {
			t.Errorf("announced %+v", w.results)
		}
	})
}
