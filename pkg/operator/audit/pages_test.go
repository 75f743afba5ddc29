package audit_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// manyBuckets are of organizations, in the fake's state.
func (w *world) manyBuckets(n int) {
	w.t.Helper()
	for i := range n {
		w.s3.Put(fmt.Sprintf("fusion-rms-org%05d", i), s3fake.Bucket{Tags: tags(fmt.Sprintf("org%05d", i))})
	}
}

func TestAllPagesOfTheListAreRead(t *testing.T) {
	inWorld(t, func(w *world) {
		w.manyBuckets(2500)
		seen := map[string]bool{}
		w.s3.ForgetCalls()
		summary, err := w.auditor().Run(w.t.Context(), audit.Options{}, func(r audit.Row) error {
			seen[r.Bucket] = true
			return nil
		})
		if err != nil || !summary.Complete || len(seen) != 2500 || summary.Findings[audit.Unfinished] != 2500 {
			t.Errorf("%d buckets, %+v, %v", len(seen), summary, err)
		}
		var pages []string
		for _, c := range w.s3.Calls() {
			if c.Operation == "ListBuckets" {
				pages = append(pages, c.Query.Get("max-buckets")+" after "+c.Query.Get("continuation-token"))
			}
		}
		if fmt.Sprint(pages) != "[1000 after  1000 after fusion-rms-org00999 1000 after fusion-rms-org01999]" {
			t.Errorf("asked for %q", pages)
		}
	})
}

// The third page can't be had, however often it's asked for.
func TestAPageThatCannotBeReadEndsTheAudit(t *testing.T) {
	inWorld(t, func(w *world) {
		w.manyBuckets(2500)
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Operation == "ListBuckets" && r.Query.Get("continuation-token") == "fusion-rms-org01999" {
				return &slow
			}
			return nil
		})
		given := 0
		summary, err := w.auditor().Run(w.t.Context(), audit.Options{}, func(audit.Row) error { given++; return nil })
		if !fault.Is(err, fault.Throttled) || given != 2000 || summary.Done != 2000 || summary.Complete || summary.Stopped {
			t.Errorf("%d rows, %+v, %v", given, summary, err)
		}
	})
}

func TestAListThatIsRefusedNamesThePermission(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetIdentity("auditor", s3fake.Identity{Lacks: []string{"s3:ListAllMyBuckets"}})
		rows, summary, err := w.audit()
		if !fault.Is(err, fault.AccessDenied) || audit.Permission(err) != "s3:ListAllMyBuckets" || len(rows) > 0 || summary.Complete {
			t.Errorf("got %v, %+v, %v", rows, summary, err)
		}
	})
}

func TestAPageThatIsRefusedOnceIsAskedForAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made(id)
		var asked atomic.Int64
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Operation == "ListBuckets" && asked.Add(1) == 1 {
				return &slow
			}
			return nil
		})
		w.reports(n1 + " healthy xmsqa1(tag)")
	})
}

func TestAnAccountWithoutBucketsHasNoFindings(t *testing.T) {
	inWorld(t, func(w *world) {
		w.reports()
	})
}
