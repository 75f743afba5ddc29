package provision_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// TestConcurrentDeliveriesHaveOneHome runs duplicates of one organization with
// random call times, while a stranger gives the conventional name up in the
// middle. Each seed is one order of events.
func TestConcurrentDeliveriesHaveOneHome(t *testing.T) {
	for name, lag := range map[string]s3fake.Lag{"no lag": {}, "tags lag": {Tags: 60 * time.Millisecond}, "existence lags": {Existence: 60 * time.Millisecond}} {
		for seed := range uint64(60) {
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
