package provision_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
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
				if took := time.Since(began); took > 3*time.Second || f.Hang && took < 2*time.Second {
					t.Errorf("it took %s; AWS's answer is waited for, but not for long", took)
				}
			})
		})
	}
}

// TestAnExaminationSaysWhatTheAccountKeepsOut, or why that isn't known.
func TestAnExaminationSaysWhatTheAccountKeepsOut(t *testing.T) {
	for name, c := range map[string]struct {
		fault   s3fake.Fault
		warning fault.Code
		unread  fault.Code
	}{
		"read":   {warning: fault.RestrictPublicBuckets},
		"denied": {s3fake.Fault{Status: 403, Code: "AccessDenied"}, fault.AccountBlockUnknown, fault.AccessDenied},
		"broken": {s3fake.Fault{Drop: true}, fault.AccountBlockUnknown, fault.ServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.ready(n1, provision.StatusCreated, "bucket", "publicAccessBlock", "folder", "policy")
				w.s3.SetAccountBlock(account, s3fake.AccessBlock{RestrictPublicBuckets: true})
				if name != "read" {
					w.s3.SetFault(s3fake.Always("GetAccountPublicAccessBlock", c.fault))
				}
				client := w.s3.Client(s3fake.ClientOptions{AccessKeyID: "function", Region: w.region, Retryer: newRetryer()})
				store := s3store.New(client, account, homes).ReadingAccountBlock(client.Options(), "https://s3-control."+w.region+".amazonaws.com")
				naming := bucket.Naming{Account: account, Region: w.region, BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}
				e, err := provision.NewService(naming, store, store).Examine(w.t.Context(), id)
				if err != nil || len(e.Warnings) != 1 || e.Warnings[0].Code != c.warning {
					t.Errorf("the warnings are %v, %v", e.Warnings, err)
				}
				var unread fault.Code
				if e.AccountUnread != nil {
					unread = fault.Of(e.AccountUnread).Code
				}
				if unread != c.unread {
					t.Errorf("why it isn't known is %v", e.AccountUnread)
				}
			})
		})
	}
}
