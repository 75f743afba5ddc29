package provision_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store/s3fake"
)

// nth is a fault hook for the n-th request alone, or from there on for good.
func nth(n int, forGood bool, f s3fake.Fault) func(s3fake.Request) *s3fake.Fault {
	var mu sync.Mutex
	seen := 0
	return func(s3fake.Request) *s3fake.Fault {
		mu.Lock()
		defer mu.Unlock()
		seen++
		if seen == n || forGood && seen > n {
			return &f
		}
		return nil
	}
}

// firstRunCalls is how many calls a first run makes: five looks and writes of
// step 2 at once count each.
const firstRunCalls = 10

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
			if len(r.Warnings) != 1 || !strings.HasPrefix(r.Warnings[0], "MultipleHomes") {
				t.Errorf("warnings %v", r.Warnings)
			}
			w.noWriteTo(n1)
		})
	})
	t.Run("if none has it, a person decides", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, half)
			w.s3.Put(n2, half)
			w.fails(fault.MultipleHomes, fault.StepObserve)
			w.noWriteTo(n1)
			w.noWriteTo(n2)
		})
	})
	t.Run("a second bucket that appears while the first is made yields, or stops the delivery", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
				if r.Operation == "PutPublicAccessBlock" {
					w.s3.Put(n2, half)
				}
				return &s3fake.Fault{Wait: time.Millisecond}
			})
			report := w.deliver()
			if report.Failure == nil || report.Failure.Code != fault.OperationConflict {
				t.Fatalf("got %+v %+v", report.Failure, report.Result)
			}
			if b, _ := w.s3.Bucket(n1); b.Policy != "" {
				t.Error("a policy was put on a bucket beside another home")
			}
		})
	})
}

// TestConcurrentDeliveriesHaveOneHome runs duplicates of one organization with
// random call times, while a stranger gives the conventional name up in the
// middle. Each seed is one order of events.
func TestConcurrentDeliveriesHaveOneHome(t *testing.T) {
	for name, lag := range map[string]s3fake.Lag{"no lag": {}, "tags lag": {Tags: 60 * time.Millisecond}, "existence lags": {Existence: 60 * time.Millisecond}} {
		for seed := range uint64(200) {
			t.Run(fmt.Sprintf("%s, seed %d", name, seed), func(t *testing.T) {
				inWorld(t, func(w *world) { w.duplicates(seed, lag) })
			})
		}
	}
}

// duplicates delivers the same message several times at once.
func (w *world) duplicates(seed uint64, lag s3fake.Lag) {
	random := rand.New(rand.NewPCG(seed, 0))
	w.s3.SetLag(lag)
	if random.IntN(3) > 0 {
		w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
		if random.IntN(2) == 0 {
			time.AfterFunc(time.Duration(random.IntN(400))*time.Millisecond, func() { w.s3.Remove(n1) })
		}
	}
	var starts []time.Duration
	for range 2 + random.IntN(5) {
		starts = append(starts, time.Duration(random.IntN(300))*time.Millisecond)
	}
	var mu sync.Mutex // guards random and homes
	w.s3.SetFault(func(s3fake.Request) *s3fake.Fault {
		mu.Lock()
		defer mu.Unlock()
		w.checkInvariants(lag == s3fake.Lag{})
		return &s3fake.Fault{Wait: time.Duration(random.IntN(100)) * time.Millisecond}
	})
	homes := map[string]bool{}
	var wg sync.WaitGroup
	for _, start := range starts {
		wg.Go(func() {
			time.Sleep(start)
			for range 4 { // as SQS would
				report := w.deliver()
				if report.Failure == nil {
					mu.Lock()
					homes[report.Result.Bucket] = true
					mu.Unlock()
					w.checkReady(report.Result.Bucket)
					return
				}
				if c := report.Failure.Code; c != fault.OperationConflict && c != fault.MultipleHomes {
					w.t.Errorf("failed: %v", report.Failure)
				}
				time.Sleep(10 * time.Second)
			}
		})
	}
	wg.Wait()
	w.checkInvariants(lag == s3fake.Lag{})
	if len(homes) > 1 {
		w.t.Errorf("two homes were announced: %v", homes)
	}
}

// checkInvariants holds at every moment: nothing but pub/ of proved buckets is
// public, and at most one bucket has the policy, which only a reading that lags
// can make untrue: then it isn't announced.
func (w *world) checkInvariants(onePolicy bool) {
	public := 0
	for _, name := range w.s3.Names() {
		b, _ := w.s3.Bucket(name)
		if b.Policy != "" {
			public++
		}
		if b.Policy != "" && (b.Owner != account || b.Tags["OrgId"] != string(id)) {
			w.t.Errorf("%s isn't proved ours and has a policy", name)
		}
		if w.s3.AnonymousCanRead(name, "secret") {
			w.t.Errorf("a file outside pub/ of %s is public", name)
		}
	}
	if onePolicy && public > 1 {
		w.t.Error("two buckets have the policy")
	}
}

const denyTLS = `{"Version":"2012-10-17","Id":"theirs","Statement":[{"Sid":"DenyInsecure","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::` + n1 + `/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`

// harden puts somebody's policy, as an account's own automation does.
func (w *world) harden() {
	b, _ := w.s3.Bucket(n1)
	b.Policy = denyTLS
	w.s3.Put(n1, b)
}

func TestAPolicyThatSomebodyPutsMeanwhileIsKept(t *testing.T) {
	tests := map[string]func(w *world, r s3fake.Request) *s3fake.Fault{
		"on the bucket that was just created": func(w *world, r s3fake.Request) *s3fake.Fault {
			if r.Operation == "PutPublicAccessBlock" {
				w.harden()
			}
			return nil
		},
		"so that ours meets a conflict": func(w *world, r s3fake.Request) *s3fake.Fault {
			if r.Operation != "PutBucketPolicy" {
				return nil
			}
			w.harden()
			return &s3fake.Fault{Status: 409, Code: "OperationAborted"}
		},
	}
	for name, hook := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				var mu sync.Mutex
				done := false
				w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
					mu.Lock()
					defer mu.Unlock()
					before, _ := w.s3.Bucket(n1)
					if done {
						return nil
					}
					f := hook(w, r)
					after, _ := w.s3.Bucket(n1)
					done = before.Policy != after.Policy
					return f
				})
				report := w.deliver()
				if report.Failure != nil || len(report.Result.Warnings) != 1 {
					t.Fatalf("got %v %v", report.Failure, report.Result.Warnings)
				}
				w.checkReady(n1)
				if b, _ := w.s3.Bucket(n1); !strings.Contains(b.Policy, "DenyInsecure") || !strings.Contains(b.Policy, `"Id":"theirs"`) {
					t.Errorf("somebody's statement is gone: %s", b.Policy)
				}
			})
		})
	}
}

func TestAHomeThatCannotBeSeenForAMomentIsNotOverlooked(t *testing.T) {
	for _, f := range []s3fake.Fault{{Status: 403, Code: "AccessDenied"}, {Status: 404, Code: "NoSuchTagSet"}, {Status: 307, Code: "TemporaryRedirect"}} {
		t.Run(f.Code, func(t *testing.T) {
			inWorld(t, func(w *world) {
				var mu sync.Mutex
				created, hidden := false, false
				w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
					mu.Lock()
					defer mu.Unlock()
					if r.Operation == "CreateBucket" && r.Bucket == n1 {
						created = true
						w.s3.Put(n2, s3fake.Bucket{Tags: ourTags(), Policy: policyOf(t, n2), Objects: map[string]s3fake.Object{"pub/": {}}})
					}
					if created && !hidden && r.Operation == "GetBucketTagging" && r.Bucket == n2 {
						hidden = true
						return &f
					}
					return nil
				})
				report := w.deliver()
				if report.Failure != nil || report.Result.Bucket != n2 || !strings.HasPrefix(strings.Join(report.Result.Warnings, ""), "MultipleHomes") {
					t.Errorf("got %v, %+v", report.Failure, report.Result)
				}
				if b, _ := w.s3.Bucket(n1); b.Policy != "" {
					t.Error("two buckets have the policy")
				}
			})
		})
	}
}

func TestASleepingGrantToAnotherAccountStaysAsleepUntilOursIsPutRight(t *testing.T) {
	inWorld(t, func(w *world) {
		tampered := strings.ReplaceAll(policyOf(t, n1), user, "arn:aws:iam::999999999999:root")
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: tampered})
		w.s3.RemoveUser(user)
		w.fails(fault.ClientUserNotFound, fault.StepPolicy)
		if b, _ := w.s3.Bucket(n1); !b.AccessBlock.RestrictPublicBuckets {
			t.Error("the tampered policy was woken")
		}
	})
}

func TestTheFailureOfALastReceiveIsAnnounced(t *testing.T) {
	last := func(w *world) provision.Report {
		return w.handler.Handle(w.t.Context(), provision.Delivery{Event: org.OrganizationCreated{OrgID: id}, Last: true})
	}
	inWorld(t, func(w *world) {
		w.s3.SetQuota(0)
		if report := last(w); !report.Announced || len(w.failed) != 1 || w.failed[0].Code != fault.BucketQuotaExceeded {
			t.Errorf("report %+v, announced %v", report, w.failed)
		}
	})
	inWorld(t, func(w *world) {
		w.s3.SetQuota(0)
		w.err = errors.New("SNS is down")
		if report := last(w); report.Announced || report.AnnounceError == nil || report.Failure.Code != fault.BucketQuotaExceeded {
			t.Errorf("report %+v", report)
		}
	})
	inWorld(t, func(w *world) {
		w.s3.SetQuota(0)
		if w.deliver(); len(w.failed) > 0 {
			t.Errorf("a failure was announced before the last receive: %v", w.failed)
		}
	})
}

func TestASuccessThatCouldNotBeAnnouncedIsAFailure(t *testing.T) {
	inWorld(t, func(w *world) {
		w.err = fault.New(fault.PublishFailed, "SNS is down")
		w.fails(fault.PublishFailed, fault.StepPublish)
		w.err = nil
		w.ready(n1, provision.StatusUnchanged)
	})
}

func TestWithTooLittleTimeNothingIsBegun(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, cancel := context.WithTimeout(w.t.Context(), 1500*time.Millisecond)
		defer cancel()
		report := w.handler.Handle(ctx, provision.Delivery{Event: org.OrganizationCreated{OrgID: id}})
		if !report.Untouched || report.Failure.Code != fault.DeadlineExceeded || len(w.s3.Calls()) > 0 {
			t.Errorf("report %+v, calls %v", report, w.s3.Calls())
		}
	})
}

func TestAnIDWithoutLegalNamesIsRefusedAndNotAnnouncedAsAnOrganization(t *testing.T) {
	inWorld(t, func(w *world) {
		report := w.handler.Handle(w.t.Context(), provision.Delivery{Event: org.OrganizationCreated{OrgID: "s3alias"}, Last: true})
		if report.Failure == nil || report.Failure.Code != fault.InvalidOrganizationID || report.Failure.Step != fault.StepParse || len(w.s3.Calls()) > 0 {
			t.Errorf("got %+v", report.Failure)
		}
	})
}

func TestAPanicBelowIsAFailureOfItsDelivery(t *testing.T) {
	handler := provision.NewHandler(provision.NewService(bucket.Naming{Region: "us-east-1", BucketPrefix: "fusion-rms-"}, nil), &announced{})
	report := handler.Handle(t.Context(), provision.Delivery{Event: org.OrganizationCreated{OrgID: id}, Last: true})
	if report.Failure == nil || report.Failure.Code != fault.Internal || !report.Announced {
		t.Errorf("got %+v", report)
	}
}
