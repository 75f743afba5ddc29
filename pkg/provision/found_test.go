package provision_test

import (
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

const (
	given   = "fusion-rms-xmsqa1-2" // a name that a person gave
	outside = "billing-xmsqa1"      // outside the stage's prefix
)

// A home from before this system may have any name of the prefix.
func TestAHomeUnderAHandGivenNameIsClaimed(t *testing.T) {
	for name, stored := range map[string]s3fake.Bucket{"half made": {}, "new": {AccessBlock: block(allOn)}} {
		for _, conventional := range []*s3fake.Bucket{nil, {Owner: stranger}} {
			inWorld(t, func(w *world) {
				if conventional != nil {
					w.s3.Put(n1, *conventional)
				}
				stored.Tags = ourTags()
				w.s3.Put(given, stored)
				report := w.deliver()
				if report.Failure != nil || report.Result.Bucket != given || w.claimed() != given {
					t.Fatalf("%s: got %v, %+v, claimed %q", name, report.Failure, report.Result, w.claimed())
				}
				w.checkReady(given)
				if names := w.names(); len(names) > 2 {
					t.Errorf("%s: buckets %v", name, names)
				}
				w.s3.ForgetCalls()
				began := time.Now()
				w.ready(given, provision.StatusUnchanged)
				if took := time.Since(began); took > 3*call {
					t.Errorf("%s: a replay took %s", name, took)
				}
				if writes := w.s3.Writes(); len(writes) > 0 {
					t.Errorf("%s: it wrote: %v", name, writes)
				}
			})
		}
	}
}

// A bucket with our policy was announced, so it is the home, whatever its name.
func TestAHandNamedHomeWithOurPolicyComesBeforeALeftover(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
		w.s3.Put(given, s3fake.Bucket{Tags: ourTags(), Policy: policyOf(t, given)})
		report := w.deliver()
		if report.Failure != nil || report.Result.Bucket != given || len(report.Result.Warnings) == 0 {
			t.Errorf("got %v, %+v", report.Failure, report.Result)
		}
		w.noWriteTo(n1)
	})
}

// Of two leftovers the one with a name that a person gave is the home.
func TestAHandNamedLeftoverComesBeforeAConventionalOne(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, half)
		w.s3.Put(given, half)
		w.ready(given, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
		w.noWriteTo(n1)
	})
}

func TestATaggedBucketOutsideThePrefixBlocksTheFirstCreation(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(outside, s3fake.Bucket{Tags: ourTags()})
		w.fails(fault.HomeOutOfReach, fault.StepObserve)
		if writes := w.s3.Writes(); len(writes) > 0 {
			t.Errorf("it wrote: %v", writes)
		}
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)}) // nobody was told of it
		w.fails(fault.HomeOutOfReach, fault.StepObserve)
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), Policy: policyOf(t, n1)})
		w.ready(n1, provision.StatusRepaired, bucket.FacetFolder)
	})
}

// Stages that share an account have homes of their own.
func TestAnotherStagesHomeIsIgnored(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put("fusion-rmsdev-xmsqa1", s3fake.Bucket{Tags: ourTags()})
		w.ready(n1, provision.StatusCreated, everything...)
		w.noWriteTo("fusion-rmsdev-xmsqa1")
	})
}

// The index lags: a bucket's own tags decide.
func TestWhatTheSearchFindsIsOnlyAHint(t *testing.T) {
	for name, c := range map[string]struct {
		now  *s3fake.Bucket // nil if the bucket is gone
		code fault.Code     // empty if a new bucket is made
	}{
		"tagged for another organization": {&s3fake.Bucket{Tags: map[string]string{"OrgId": "other1"}}, ""},
		"gone":                            {nil, ""},
		"without a tag":                   {&s3fake.Bucket{}, fault.OwnershipUnproved},
		"on hold":                         {&s3fake.Bucket{Tags: map[string]string{"OrgId": "xmsqa1", "OrgbucketHold": "files leaked"}}, fault.OnHold},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.SetFault(s3fake.Always("GetResources", s3fake.Fault{Status: 200, Body: `{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::` + given + `"}]}`}))
				if c.now != nil {
					w.s3.Put(given, *c.now)
				}
				if c.code != "" {
					w.fails(c.code, fault.StepObserve)
				} else {
					w.ready(n1, provision.StatusCreated, everything...)
				}
				w.noWriteTo(given)
			})
		})
	}
}

// More are found than fit on one page of the answer.
func TestEveryPageOfTheSearchIsRead(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, name := range []string{"a-xmsqa1", "b-xmsqa1", "c-xmsqa1"} {
			w.s3.Put(name, s3fake.Bucket{Tags: ourTags()})
		}
		w.s3.Put(given, s3fake.Bucket{Tags: ourTags(), Policy: policyOf(t, given)})
		w.ready(given, provision.StatusRepaired, bucket.FacetFolder)
	})
}

// Nothing is created without a search, and nothing else depends on it.
func TestASearchThatFailsKeepsFromCreating(t *testing.T) {
	for name, c := range map[string]struct {
		fault s3fake.Fault
		code  fault.Code
	}{
		"throttled":         {s3fake.Fault{Status: 400, Code: "ThrottledException"}, fault.Throttled},
		"an outage":         {s3fake.Fault{Status: 500, Code: "InternalServiceException"}, fault.ServiceUnavailable},
		"unreachable":       {s3fake.Fault{Drop: true}, fault.ServiceUnavailable},
		"not allowed":       {s3fake.Fault{Status: 400, Code: "AccessDeniedException"}, fault.AccessDenied},
		"refused":           {s3fake.Fault{Status: 400, Code: "InvalidParameterException"}, fault.RequestRefused},
		"it takes for ever": {s3fake.Fault{Hang: true}, fault.ServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.SetFault(s3fake.Always("GetResources", c.fault))
				w.fails(c.code, fault.StepSearch)
				if writes := w.s3.Writes(); len(writes) > 0 {
					t.Errorf("it wrote: %v", writes)
				}
				w.s3.SetFault(nil)
				w.ready(n1, provision.StatusCreated, everything...)
				w.s3.SetFault(s3fake.Always("GetResources", c.fault))
				began := time.Now()
				w.ready(n1, provision.StatusUnchanged) // it has a claim
				if took := time.Since(began); took > 3*call {
					t.Errorf("with a claim it took %s", took)
				}
			})
		})
	}
	t.Run("once", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.s3.SetFault(s3fake.First(1, "GetResources", s3fake.Fault{Status: 500, Code: "InternalServiceException"}))
			w.ready(n1, provision.StatusCreated, everything...)
		})
	})
	t.Run("a server that doesn't know it", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.s3.SetFault(s3fake.Always("GetResources", s3fake.Fault{Status: 501, Body: "<Error/>"}))
			w.ready(n1, provision.StatusCreated, everything...)
		})
	})
}
