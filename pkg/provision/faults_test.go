package provision_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// nth is a fault hook for the n-th request alone, or from there on for good.
func nth(n int, forGood bool, f s3fake.Fault) func(s3fake.Request) *s3fake.Fault {
	var mu sync.Mutex
	seen := 0
	return func(r s3fake.Request) *s3fake.Fault {
		mu.Lock()
		defer mu.Unlock()
		seen++
		if f.Code == "OperationAborted" && (r.Operation == "GetResources" || r.Operation == "GetAccountPublicAccessBlock") { // only S3 says so
			return nil
		}
		if seen == n || forGood && seen > n {
			return &f
		}
		return nil
	}
}

// firstRunCalls is how many calls a first run makes, the search and the question about the account
// among them, those that are made at once counted each. Only in us-east-1 a creation has a read of
// the policy beside it.
const firstRunCalls = 14

func TestFirstRunCalls(t *testing.T) {
	for region, want := range map[string]int64{"us-east-1": firstRunCalls, "eu-west-1": firstRunCalls - 1} {
		inRegion(t, region, func(w *world) {
			var n atomic.Int64
			w.s3.SetFault(func(s3fake.Request) *s3fake.Fault { n.Add(1); return nil })
			w.deliver()
			if n.Load() != want {
				t.Errorf("in %s %d calls, want %d; the tests here break the first %d", region, n.Load(), want, firstRunCalls)
			}
		})
	}
}

func TestWhatPassesIsOvercomeWithinTheDelivery(t *testing.T) {
	faults := map[string]s3fake.Fault{
		"503 SlowDown":            {Status: 503, Code: "SlowDown"},
		"500":                     {Status: 500, Code: "InternalError"},
		"OperationAborted":        {Status: 409, Code: "OperationAborted"},
		"reset before the work":   {Drop: true},
		"reset after the work":    {Drop: true, Works: true},
		"500 after the work":      {Status: 500, Code: "InternalError", Works: true},
		"429 from something else": {Status: 429, Code: "TooManyRequestsException"},
	}
	for name, f := range faults {
		for n := 1; n <= firstRunCalls; n++ {
			t.Run(fmt.Sprintf("%s at call %d", name, n), func(t *testing.T) {
				inWorld(t, func(w *world) {
					hook := nth(n, false, f)
					w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
						if f.Code == "OperationAborted" && !r.Write() {
							return nil // S3 says so of writes only
						}
						return hook(r)
					})
					report := w.deliver()
					if report.Failure != nil || report.Result.Bucket != n1 {
						t.Fatalf("got %+v", report.Failure)
					}
					w.checkReady(n1)
				})
			})
		}
	}
}

func TestADeliveryCutOffAtAnyCallIsResumed(t *testing.T) {
	for _, works := range []bool{false, true} {
		for n := 1; n <= firstRunCalls; n++ {
			t.Run(fmt.Sprintf("call %d, done %v", n, works), func(t *testing.T) {
				inWorld(t, func(w *world) {
					w.s3.SetFault(nth(n, true, s3fake.Fault{Hang: true, Works: works}))
					report := w.deliver()
					if report.Failure == nil || report.Failure.Kind() != fault.Transient {
						t.Fatalf("a delivery whose calls hang ended with %+v", report.Failure)
					}
					w.s3.SetFault(nil)
					report = w.deliver()
					if report.Failure != nil || report.Result.Bucket != n1 {
						t.Fatalf("the redelivery ended with %+v", report.Failure)
					}
					w.checkReady(n1)
				})
			})
		}
	}
}

func TestHangingCallsEndBeforeTheDeadline(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetFault(s3fake.Always("", s3fake.Fault{Hang: true}))
		began := time.Now()
		f := w.fails(fault.DeadlineExceeded, fault.StepObserve)
		if took := time.Since(began); took > 29*time.Second {
			t.Errorf("took %s of 30 s, which leaves nothing to announce it (%v)", took, f)
		}
	})
}

func TestConfigurationThatLagsIsWaitedFor(t *testing.T) {
	lags := map[string]s3fake.Lag{
		"existence":    {Existence: time.Second},
		"tags":         {Tags: time.Second},
		"access block": {AccessBlock: 2 * time.Second},
		"policy":       {Policy: time.Second},
		"everything":   s3fake.Lagging(time.Second),
	}
	for name, lag := range lags {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.SetLag(lag)
				w.ready(n1, provision.StatusCreated, everything...)
				time.Sleep(time.Minute)
				w.s3.ForgetCalls()
				w.ready(n1, provision.StatusUnchanged)
				w.noWriteTo(n1)
			})
		})
	}
}

func TestARefusalRightAfterTheBlockWasSwitchedOffIsWaitedFor(t *testing.T) {
	for _, message := range []string{"Access Denied", "… because public policies are blocked by the BlockPublicPolicy block public access setting."} {
		inWorld(t, func(w *world) {
			w.s3.SetFault(s3fake.First(3, "PutBucketPolicy", s3fake.Fault{Status: 403, Code: "AccessDenied", Message: message}))
			w.ready(n1, provision.StatusCreated, everything...)
		})
	}
}

func TestTwoHomes(t *testing.T) {
	half := s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)}
	t.Run("the one with our policy is the home", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, half)
			w.s3.Put(n2, s3fake.Bucket{Tags: ourTags(), Policy: policyOf(t, n2), Objects: map[string]s3fake.Object{"pub/": {}}})
			r := w.ready(n2, provision.StatusUnchanged)
			if len(r.Warnings) != 1 || r.Warnings[0].Code != fault.MultipleHomes {
				t.Errorf("warnings %v", r.Warnings)
			}
			w.noWriteTo(n1)
		})
	})
	t.Run("if none has it, nobody was told of one, and the first will do", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, half)
			w.s3.Put(n2, half)
			r := w.ready(n1, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
			if len(r.Warnings) != 1 || r.Warnings[0].Code != fault.MultipleHomes || !strings.HasPrefix(r.Warnings[0].Text, "bucket "+n2+" ") || !strings.Contains(r.Warnings[0].Text, n1+" is its home") {
				t.Errorf("warnings %v", r.Warnings)
			}
			w.noWriteTo(n2)
		})
	})
	t.Run("if both have it, a person decides", func(t *testing.T) {
		inWorld(t, func(w *world) {
			homeWithoutClaim(w, n1)
			homeWithoutClaim(w, n2)
			if f := w.fails(fault.MultipleHomes, fault.StepObserve); !strings.Contains(f.Message, "buckets "+n1+" and "+n2+" are both") {
				t.Errorf("the failure doesn't name both: %v", f)
			}
			w.noWriteTo(n1)
			w.noWriteTo(n2)
			if w.claimed() != "" {
				t.Errorf("%s was claimed", w.claimed())
			}
		})
	})
	t.Run("a claim outweighs two policies, and the other bucket is told of", func(t *testing.T) {
		inWorld(t, func(w *world) {
			homeWithoutClaim(w, n1)
			homeMadeMeanwhile(w, n2)
			r := w.ready(n2, provision.StatusUnchanged)
			if len(r.Warnings) != 1 || r.Warnings[0].Code != fault.MultipleHomes || !strings.HasPrefix(r.Warnings[0].Text, "bucket "+n1+" ") || !strings.Contains(r.Warnings[0].Text, n2+" is its home") {
				t.Errorf("warnings %v", r.Warnings)
			}
		})
	})
	t.Run("a home that another delivery makes meanwhile is announced, and nothing is claimed of it", func(t *testing.T) {
		inWorld(t, func(w *world) {
			var mu sync.Mutex
			made := false
			w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
				mu.Lock()
				defer mu.Unlock()
				if r.Operation == "CreateBucket" && !made {
					made = true
					homeMadeMeanwhile(w, n2)
				}
				return nil
			})
			r := w.ready(n2, provision.StatusUnchanged)
			if len(r.Warnings) != 1 || !strings.HasPrefix(r.Warnings[0].String(), "MultipleHomes: bucket "+n1) {
				t.Errorf("warnings %v", r.Warnings)
			}
		})
	})
}
