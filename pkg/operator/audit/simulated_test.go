package audit_test

import (
	"context"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

var plainNaming = bucket.Naming{Account: account, Region: "us-east-1", BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}

// simulated is any number of buckets without a server: numbered organizations,
// all healthy unless examine says otherwise.
type simulated struct {
	buckets int
	claims  int // of organizations after those of the buckets
	failAt  int // the list fails before this bucket, if not 0
	failure error
	// listed is how many were taken from the list.
	listed atomic.Int64
	// examine, if set, is called for each.
	examine func(ctx context.Context, id org.ID) (provision.Examination, error)
}

func numbered(n int) org.ID { return org.ID(fmt.Sprintf("org%07d", n)) }

func (s *simulated) Buckets(_ context.Context, prefix string) iter.Seq2[audit.Listed, error] {
	return func(yield func(audit.Listed, error) bool) {
		for i := range s.buckets {
			if s.failAt > 0 && i == s.failAt {
				yield(audit.Listed{}, s.failure)
				return
			}
			s.listed.Add(1)
			if !yield(audit.Listed{Name: prefix + string(numbered(i)), Region: "us-east-1"}, nil) {
				return
			}
		}
	}
}

func (s *simulated) Tags(context.Context, string, string) (audit.Tagging, error) {
	return audit.Tagging{}, nil
}

func (s *simulated) Claims(context.Context) iter.Seq2[org.ID, error] {
	return func(yield func(org.ID, error) bool) {
		for i := range s.claims {
			if !yield(numbered(s.buckets+i), nil) {
				return
			}
		}
	}
}

func (s *simulated) HasFolder(context.Context, string) (bool, error) { return false, nil }

func (s *simulated) Examine(ctx context.Context, id org.ID) (provision.Examination, error) {
	if s.examine != nil {
		return s.examine(ctx, id)
	}
	return examined(id, true)
}

// examined is what there is to see of an organization that has its bucket.
func examined(id org.ID, healthy bool) (provision.Examination, error) {
	spec, err := plainNaming.Spec(id)
	if err != nil {
		return provision.Examination{}, err
	}
	name := spec.Candidates[0].Name
	e := provision.Examination{
		Spec: spec, Bucket: name, Claim: provision.Claim{Bucket: name},
		Sightings: []bucket.Sighting{
			bucket.Tagged(spec.Candidates[0], id, map[string]string{bucket.TagKey: string(id)}),
			{Candidate: spec.Candidates[1], State: bucket.Absent},
		},
		Observed: bucket.Observed{Name: name, Folder: healthy},
	}
	if healthy {
		return e, nil
	}
	if e.Observed.Policy, _, err = spec.Merge(name, policy.Document{}); err != nil {
		return e, err
	}
	e.Changes = []bucket.Facet{bucket.FacetFolder}
	e.Plan, err = spec.Plan(e.Observed)
	return e, err
}

// auditor audits what is simulated.
func (s *simulated) auditor(t *testing.T) *audit.Auditor {
	t.Helper()
	a, err := audit.New(plainNaming, s, s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
