package provision_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

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
						homeMadeMeanwhile(w, n2)
					}
					if created && !hidden && r.Operation == "GetBucketTagging" && r.Bucket == n2 {
						hidden = true
						return &f
					}
					return nil
				})
				report := w.deliver()
				if report.Failure != nil || report.Result.Bucket != n2 || len(report.Result.Warnings) == 0 || report.Result.Warnings[0].Code != fault.MultipleHomes {
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

// Another delivery that claimed the home a moment ago opens it in the same moment. This
// one's halfway step, planned before, would close it again behind an announced outcome.
func TestAHomeThatAnotherDeliveryClaimedAMomentAgoIsNotOpenedBesideIt(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
		claimed := time.Now()
		h, _ := w.s3.Bucket(homes)
		h.Objects = map[string]s3fake.Object{"homes/" + string(id): {Body: []byte(`{"bucket":"` + n1 + `","messageId":"another","claimedAt":"` + claimed.Format(time.RFC3339Nano) + `"}`)}}
		w.s3.Put(homes, h)
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Operation == "PutPublicAccessBlock" && time.Since(claimed) < 2*time.Second {
				t.Errorf("it opened after %s", time.Since(claimed))
			}
			return nil
		})
		w.deliver()
		w.checkReady(n1)
	})
}

// A policy that no read shows after it was put isn't opened.
func TestAPolicyThatIsNeverSeenIsNotOpened(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(s3fake.AccessBlock{RestrictPublicBuckets: true})})
		w.s3.SetLag(s3fake.Lag{Policy: time.Hour})
		w.fails(fault.OperationConflict, fault.StepPolicy)
		if b, _ := w.s3.Bucket(n1); !b.AccessBlock.RestrictPublicBuckets {
			t.Error("it was opened")
		}
	})
}

// What was put is read before it is opened: it may be gone again.
func TestAPolicyThatSomebodyRemovedBeforeTheBucketIsOpenedIsPutAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
		var put, removed atomic.Bool
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			switch {
			case r.Operation == "PutBucketPolicy":
				put.Store(true)
			case r.Operation == "GetBucketPolicy" && put.Load() && removed.CompareAndSwap(false, true):
				b, _ := w.s3.Bucket(n1)
				b.Policy = ""
				w.s3.Put(n1, b)
			}
			return nil
		})
		w.deliver()
		w.checkReady(n1)
	})
}

// The answer to this delivery's own opening got lost, and a statement that somebody
// added meanwhile slept until then: it wasn't public before.
func TestWhatThisDeliveryOpenedIsNotSaidToHaveBeenOpenBefore(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: policyOf(t, n1)})
		var opened atomic.Bool
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Operation != "PutPublicAccessBlock" || !opened.CompareAndSwap(false, true) {
				return nil
			}
			b, _ := w.s3.Bucket(n1)
			b.Policy = publicEverything
			w.s3.Put(n1, b)
			return &s3fake.Fault{Works: true, Status: 500, Code: "InternalError"}
		})
		w.fails(fault.ForeignPublicStatement, fault.StepPolicy)
	})
}
