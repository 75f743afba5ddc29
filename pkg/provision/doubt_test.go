package provision_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// homeMadeMeanwhile is another delivery's finished home.
func homeMadeMeanwhile(w *world, name string) {
	homeWithoutClaim(w, name)
	w.claim(name)
}

// homeWithoutClaim is a finished home of before there were claims.
func homeWithoutClaim(w *world, name string) {
	w.s3.Put(name, s3fake.Bucket{Tags: ourTags(), Policy: policyOf(w.t, name), Objects: map[string]s3fake.Object{"pub/": {}}})
}

func TestSomebodysPolicyDoesNotEstablishAHome(t *testing.T) {
	inWorld(t, func(w *world) {
		var mu sync.Mutex
		created := false
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			mu.Lock()
			defer mu.Unlock()
			switch {
			case r.Operation == "CreateBucket" && r.Bucket == n1:
				created = true
				homeMadeMeanwhile(w, n2)
			case r.Operation == "PutPublicAccessBlock":
				w.harden()
			case created && r.Operation == "GetBucketTagging" && r.Bucket == n2:
				return &s3fake.Fault{Status: 403, Code: "AccessDenied"}
			}
			return nil
		})
		w.fails(fault.OwnershipUnproved, fault.StepObserve)
		if b, _ := w.s3.Bucket(n1); strings.Contains(b.Policy, "OrgbucketPublicRead") {
			t.Error("two buckets have our policy")
		}
	})
}

func TestAHomeThatCannotBeReadAnyMoreIsNotReplacedByALeftover(t *testing.T) {
	inWorld(t, func(w *world) {
		hidden := strings.Replace(policyOf(t, n1), `"Statement":[`, `"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetBucketTagging","Resource":"arn:aws:s3:::`+n1+`"},`, 1)
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), Policy: hidden, Objects: map[string]s3fake.Object{"pub/": {}, "file": {}}})
		w.s3.Put(n2, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
		w.fails(fault.OwnershipUnproved, fault.StepCreate)
		if b, _ := w.s3.Bucket(n2); b.Policy != "" {
			t.Error("a second bucket got our policy")
		}
	})
}

func TestABucketThatIsGivenAwayMeanwhileIsNotOpened(t *testing.T) {
	for name, policy := range map[string]func() string{"with our policy": func() string { return policyOf(t, n1) }, "without": func() string { return "" }} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: policy()})
				var mu sync.Mutex
				given := false
				w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
					mu.Lock()
					defer mu.Unlock()
					if r.Operation != "PutPublicAccessBlock" || given {
						return nil
					}
					given = true
					b, _ := w.s3.Bucket(n1)
					b.Tags = map[string]string{"OrgId": "other"}
					w.s3.Put(n1, b)
					return &s3fake.Fault{Status: 409, Code: "OperationAborted"}
				})
				w.fails(fault.OwnershipUnproved, fault.StepObserve)
				if b, _ := w.s3.Bucket(n1); *b.AccessBlock != allOn || w.s3.AnonymousCanRead(n1, "pub/x") {
					t.Errorf("another organization's bucket was opened: %+v", *b.AccessBlock)
				}
			})
		})
	}
}

// The claim is put once: a delivery that comes too late works on the claimed bucket,
// whatever its looks say of that.
func TestAHomeClaimedMeanwhileIsTheHomeOrNothingIs(t *testing.T) {
	hidden := map[string]s3fake.Fault{
		"AccessDenied": {Status: 403, Code: "AccessDenied"}, "TemporaryRedirect": {Status: 307, Code: "TemporaryRedirect"},
		"NoSuchBucket": {Status: 404, Code: "NoSuchBucket"}, "NoSuchTagSet": {Status: 404, Code: "NoSuchTagSet"},
	}
	for name, f := range hidden {
		for _, forGood := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, for good %v", name, forGood), func(t *testing.T) {
				inWorld(t, func(w *world) {
					w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
					var mu sync.Mutex
					swapped, hidden := false, false
					w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
						mu.Lock()
						defer mu.Unlock()
						if r.Operation == "CreateBucket" && r.Bucket == n2 && !swapped {
							swapped = true // the stranger left, another delivery was faster
							homeMadeMeanwhile(w, n1)
						}
						if swapped && (forGood || !hidden) && r.Operation == "GetBucketTagging" && r.Bucket == n1 {
							hidden = true
							return &f
						}
						return nil
					})
					report := w.deliver()
					switch {
					case forGood && (report.Failure == nil || !strings.Contains(report.Failure.Message, "claimed as this organization's home, but not proved")):
						t.Errorf("got %v", report.Failure)
					case !forGood && (report.Failure != nil || report.Result.Bucket != n1 || report.Result.Status != provision.StatusUnchanged || len(report.Result.Warnings) != 1):
						t.Errorf("got %v, %+v", report.Failure, report.Result)
					}
					if b, _ := w.s3.Bucket(n2); b.Policy != "" {
						t.Error("two buckets have the policy")
					}
				})
			})
		}
	}
}

// A leftover without our policy is claimed only if no name that can't be read may be
// the home of before there were claims.
func TestALeftoverIsClaimedOnlyBesideAStranger(t *testing.T) {
	half := s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)}
	t.Run("beside a stranger's", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
			w.s3.Put(n2, half)
			w.ready(n2, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
		})
	})
	t.Run("when the stranger leaves just then", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
			w.s3.Put(n2, half)
			w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
				if b, _ := w.s3.Bucket(n1); r.Operation == "CreateBucket" && b.Owner == stranger {
					w.s3.Remove(n1)
				}
				return nil
			})
			w.ready(n1, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
		})
	})
}

// Every name that can't be read is asked for by creating it, not only the first one.
func TestALeftoverIsNotClaimedBesideAHomeThatCannotBeRead(t *testing.T) {
	inRegion(t, "me-south-1", func(w *world) {
		half := s3fake.Bucket{Region: w.region, Tags: ourTags(), AccessBlock: block(allOn)}
		names := w.candidates()
		w.s3.Put(names[0].Name, s3fake.Bucket{Region: w.region, Owner: stranger})
		w.s3.Put(names[1].Name, half)
		w.s3.Put(names[2].Name, half)
		hidden := s3fake.First(2, "GetBucketTagging", s3fake.Fault{Status: 403, Code: "AccessDenied"})
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Bucket != names[1].Name {
				return nil
			}
			return hidden(r)
		})
		if report := w.deliver(); report.Failure != nil || report.Result.Bucket != names[1].Name || w.claimed() != names[1].Name {
			t.Errorf("got %v, %q, claimed %q", report.Failure, report.Result.Bucket, w.claimed())
		}
		w.noWriteTo(names[2].Name)
	})
}

func TestTheDeadlineDoesNotHideTheCause(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetAccountBlock(account, allOn)
		w.s3.SetFault(s3fake.Always("", s3fake.Fault{Wait: 2300 * time.Millisecond}))
		w.fails(fault.PublicPolicyBlocked, fault.StepPolicy)
	})
}
