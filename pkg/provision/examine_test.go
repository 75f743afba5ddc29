package provision_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// examine examines with the function's own rights and checks that nothing was written.
func (w *world) examine() (provision.Examination, error) { w.t.Helper(); return w.examineOf(id) }

func (w *world) examineOf(id org.ID) (provision.Examination, error) {
	w.t.Helper()
	client := w.s3.Client(s3fake.ClientOptions{AccessKeyID: "function", Region: w.region, Retryer: newRetryer()})
	naming := bucket.Naming{Account: account, Region: w.region, BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}
	w.s3.ForgetCalls()
	ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Second)
	defer cancel()
	store := s3store.New(client, account, homes).Searching(client.Options(), *client.Options().BaseEndpoint)
	e, err := provision.NewService(naming, store, store).Examine(ctx, id)
	if writes := w.s3.Writes(); len(writes) > 0 {
		w.t.Errorf("examining wrote %v", writes)
	}
	return e, err
}

// half is a bucket of ours that was never finished.
var half = s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)}

func TestAnExaminationForetellsWhatAMessageDoes(t *testing.T) {
	worlds := map[string]func(w *world){
		"nothing is there":              func(*world) {},
		"a stranger has the name":       func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}) },
		"another organization's bucket": func(w *world) { w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"OrgId": "other"}}) },
		"all is well":                   func(w *world) { w.deliver() },
		"half made":                     func(w *world) { w.s3.Put(n1, half) },
		"the policy is gone": func(w *world) {
			w.deliver()
			b, _ := w.s3.Bucket(n1)
			b.Policy = ""
			w.s3.Put(n1, b)
		},
		"the folder is gone": func(w *world) {
			w.deliver()
			b, _ := w.s3.Bucket(n1)
			b.Objects = nil
			w.s3.Put(n1, b)
		},
		"the home has the second name": func(w *world) { homeMadeMeanwhile(w, n2) },
		"two homes, one with our policy": func(w *world) {
			homeMadeMeanwhile(w, n2)
			w.s3.Put(n1, half)
		},
		"two homes without policies": func(w *world) {
			w.s3.Put(n1, half)
			w.s3.Put(n2, half)
		},
		"two homes with our policy": func(w *world) {
			homeMadeMeanwhile(w, n1)
			homeMadeMeanwhile(w, n2)
		},
		"no tag":                              func(w *world) { w.s3.Put(n1, s3fake.Bucket{}) },
		"half made beside an untagged bucket": func(w *world) { w.s3.Put(n1, half); w.s3.Put(n2, s3fake.Bucket{}) },
		"half made beside a stranger's": func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
			w.s3.Put(n2, half)
		},
		"a home beside an untagged bucket": func(w *world) {
			homeMadeMeanwhile(w, n1)
			w.s3.Put(n2, s3fake.Bucket{})
		},
		"a sleeping public statement": func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: publicEverything})
		},
		"a live public statement": func(w *world) { w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), Policy: publicEverything}) },
		"somebody's statement under our name": func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), Policy: strings.ReplaceAll(publicEverything, "Theirs", bucket.SidClientList)})
		},
	}
	for name, prepare := range worlds {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				prepare(w)
				e, err := w.examine()
				if err != nil {
					t.Fatal(err)
				}
				w.foretold(e, w.deliver())
			})
		})
	}
}

// A claim that a person wrote names no message, and neither does an examination.
func TestAnExaminationTellsOfAClosedBucketWhoseClaimNamesNoMessage(t *testing.T) {
	inWorld(t, func(w *world) {
		homeMadeMeanwhile(w, n1)
		b, _ := w.s3.Bucket(n1)
		b.AccessBlock = block(allOn)
		w.s3.Put(n1, b)
		w.s3.Put(homes, s3fake.Bucket{Objects: map[string]s3fake.Object{"homes/" + string(id): {Body: []byte(`{"bucket":"` + n1 + `"}`)}}})
		e, err := w.examine()
		if err != nil || len(e.Warnings) != 1 || e.Warnings[0].Code != fault.Reopened {
			t.Errorf("got %v, warnings %v", err, e.Warnings)
		}
	})
}

// foretold compares an examination with the delivery that followed.
func (w *world) foretold(e provision.Examination, got provision.Report) {
	w.t.Helper()
	if got.Failure != nil || e.Blocked != nil {
		if got.Failure == nil || e.Blocked == nil || e.Blocked.Code != got.Failure.Code || e.Blocked.Step != got.Failure.Step {
			w.t.Fatalf("foretold failure %v, got %v", e.Blocked, got.Failure)
		}
		return
	}
	r := got.Result
	switch {
	case !slices.Equal(e.Changes, r.Changes):
		w.t.Errorf("foretold changes %v, got %v", e.Changes, r.Changes)
	case e.Healthy() != (r.Status == provision.StatusUnchanged):
		w.t.Errorf("foretold healthy %v, got %s", e.Healthy(), r.Status)
	case !slices.Equal(e.Warnings, r.Warnings):
		w.t.Errorf("foretold warnings %q, got %q", e.Warnings, r.Warnings)
	case e.Bucket != "" && e.Bucket != r.Bucket:
		w.t.Errorf("foretold home %s, got %s", e.Bucket, r.Bucket)
	case e.Bucket == "" && !slices.ContainsFunc(e.Create, func(c bucket.Candidate) bool { return c.Name == r.Bucket }):
		w.t.Errorf("foretold names %v, got %s", e.Create, r.Bucket)
	}
}

// Only creating tells a stranger's bucket that redirects from one of ours in
// another Region.
func TestAnExaminationNamesWhatOnlyCreatingTells(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), Region: "eu-west-1"})
		e, err := w.examine()
		if err != nil || e.Blocked != nil || e.Create[0].Name != n1 || e.Sightings[0].State != bucket.Unreadable {
			t.Errorf("got %+v, %v", e, err)
		}
		w.fails(fault.BucketInAnotherRegion, fault.StepCreate)
	})
}

func TestAnExaminationIsHealthyIfNothingIsToBeDone(t *testing.T) {
	for name, c := range map[string]struct {
		e    provision.Examination
		want bool
	}{
		"no bucket":      {provision.Examination{}, false},
		"a bucket":       {provision.Examination{Bucket: n1}, true},
		"blocked":        {provision.Examination{Bucket: n1, Blocked: &fault.Error{Code: fault.OnHold}}, false},
		"a missing part": {provision.Examination{Bucket: n1, Plan: bucket.Plan{Folder: true}}, false},
	} {
		if got := c.e.Healthy(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAnExaminationOfAnIllegalIDIsBlocked(t *testing.T) {
	inWorld(t, func(w *world) {
		e, err := w.examineOf("s3alias")
		if err != nil || e.Blocked == nil || e.Blocked.Code != fault.InvalidOrganizationID || e.Blocked.Step != fault.StepParse || len(w.s3.Calls()) > 0 {
			t.Errorf("got %+v, %v; calls %v", e, err, w.s3.Calls())
		}
	})
}

// What is shown to a person: each bucket that was looked at once, in the order of the
// candidates, and the home's state.
func TestAnExaminationShowsWhatWasSeen(t *testing.T) {
	for name, c := range map[string]struct {
		home string
		seen []string
	}{
		"a candidate":           {n1, []string{n1, n2}},
		"a name that was given": {given, []string{n1, n2, given}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				homeMadeMeanwhile(w, c.home)
				e, err := w.examine()
				var seen []string
				for _, s := range e.Sightings {
					seen = append(seen, s.Name)
				}
				if err != nil || !slices.Equal(seen, c.seen) || e.Claim.Bucket != c.home || e.Spec.OrgID != id {
					t.Errorf("got %+v, %v; saw %v", e, err, seen)
				}
				if o := e.Observed; o.Name != c.home || !o.Folder || o.Policy.IsZero() {
					t.Errorf("observed %+v", o)
				}
			})
		})
	}
	inWorld(t, func(w *world) {
		w.claim(outside)
		e, err := w.examine()
		if err != nil || e.Blocked == nil || e.Blocked.Code != fault.OwnershipUnproved || e.Claim.Bucket != outside || len(e.Sightings) != 2 {
			t.Errorf("a claim of a bucket that isn't the stage's: %+v, %v", e, err)
		}
	})
	inWorld(t, func(w *world) {
		if e, err := w.examine(); err != nil || e.Observed.Name != "" || e.Claim != (provision.Claim{}) {
			t.Errorf("without a home: %+v, %v", e, err)
		}
	})
}

func TestAnExaminationThatCannotLookFails(t *testing.T) {
	t.Run("at a claimed bucket", func(t *testing.T) {
		inWorld(t, func(w *world) {
			homeMadeMeanwhile(w, given)
			w.s3.SetFault(only(1, "GetBucketTagging", given, s3fake.Fault{Status: 400, Code: "ExpiredToken"}))
			if _, err := w.examine(); !fault.Is(err, fault.CredentialsRefused) {
				t.Errorf("got %v", err)
			}
		})
	})
	for _, action := range []string{"s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock"} {
		t.Run("without "+action, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.deliver()
				w.s3.SetIdentity("function", s3fake.Identity{Lacks: []string{action}})
				if e, err := w.examine(); !fault.Is(err, fault.AccessDenied) || e.Bucket != n1 {
					t.Errorf("got %v and home %q", err, e.Bucket)
				}
			})
		})
	}
	t.Run("while S3 is down", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.s3.SetFault(func(s3fake.Request) *s3fake.Fault { return &s3fake.Fault{Status: 503, Code: "ServiceUnavailable"} })
			if _, err := w.examine(); !fault.Is(err, fault.ServiceUnavailable) {
				t.Errorf("got %v", err)
			}
		})
	})
}
