package provision_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// aboveWarnings returns the codes of a result's warnings about the account.
func aboveWarnings(r provision.Result) (codes []string) {
	for _, w := range r.Warnings {
		if w.Code == fault.RestrictPublicBuckets || w.Code == fault.AccountBlockUnknown {
			codes = append(codes, string(w.Code))
		}
	}
	return codes
}

func TestReadyWithoutThePublicIsSaid(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetAccountBlock(account, s3fake.AccessBlock{RestrictPublicBuckets: true})
		began := time.Now()
		for _, status := range []provision.Status{provision.StatusCreated, provision.StatusUnchanged} {
			report := w.deliver()
			if report.Failure != nil || report.Result.Status != status {
				t.Fatalf("%s: %+v", status, report)
			}
			if got := aboveWarnings(report.Result); len(got) != 1 || got[0] != "RestrictPublicBuckets" {
				t.Errorf("%s, though no stranger can read pub/, with the warnings %v", status, report.Result.Warnings)
			}
		}
		if w.s3.AnonymousCanRead(n1, "pub/x") {
			t.Fatal("a stranger can read pub/")
		}
		if took := time.Since(began); took != (5+3)*call {
			t.Errorf("asking the account took time: %s", took)
		}
		w.s3.SetAccountBlock(account, s3fake.AccessBlock{})
		if r := w.ready(n1, provision.StatusUnchanged); len(r.Warnings) > 0 {
			t.Errorf("the account is open again, but %v", r.Warnings)
		}
	})
}

func TestAnAccountThatDoesNotAnswerStopsNothing(t *testing.T) {
	for name, f := range map[string]s3fake.Fault{
		"denied":  {Status: 403, Code: "AccessDenied"},
		"hanging": {Hang: true},
		"broken":  {Drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.SetFault(s3fake.Always("GetAccountPublicAccessBlock", f))
				began := time.Now()
				r := w.ready(n1, provision.StatusCreated, "bucket", "publicAccessBlock", "folder", "policy")
				if got := aboveWarnings(r); len(got) != 1 || got[0] != "AccountBlockUnknown" || !strings.Contains(r.Warnings[0].Text, "read the account's public access block") {
					t.Errorf("the warnings are %v", r.Warnings)
				}
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}
