package watch_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/watch"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// how many buckets are audited; -buckets 100000 takes twelve minutes of CPU and 1 GB.
var many = flag.Int("buckets", 2000, "how many buckets the scheduled audit has")

// Prices in dollars (docs/deploy.md, "Cost"). The function has 256 MB.
const (
	perGBSecond   = 0.0000133334
	perInvocation = 0.0000002
	perRead       = 0.0000004
	perWrite      = 0.000005
	memoryGB      = 0.25
)

// fill puts so many organizations, every hundredth of them with a drifted bucket.
func (w *world) fill(n int) {
	claims := s3fake.Bucket{Objects: map[string]s3fake.Object{}}
	for i := range n {
		id := org.ID(fmt.Sprintf("org%06d", i))
		spec, err := w.naming.Spec(id)
		if err != nil {
			w.t.Fatal(err)
		}
		name := spec.Candidates[0].Name
		ours, _, err := spec.Merge(name, policy.Document{})
		if err != nil {
			w.t.Fatal(err)
		}
		b := s3fake.Bucket{Tags: map[string]string{"OrgId": string(id)}, Policy: string(ours.JSON()), Objects: map[string]s3fake.Object{"pub/": {}}}
		if i%100 == 0 {
			b.AccessBlock = &s3fake.AccessBlock{RestrictPublicBuckets: true}
		}
		w.s3.Put(name, b)
		claims.Objects[s3store.ClaimKey(id)] = s3fake.Object{Body: []byte(`{"bucket":"` + name + `","claimedAt":"2026-11-01T10:00:00Z","messageId":"m1"}`)}
	}
	w.s3.Put(functiontest.HomesBucket, claims)
}

// TestManyBucketsInSeveralInvocations: with -buckets 100000 they are some fourteen of a
// quarter of an hour; with few buckets the invocations are cut shorter.
func TestManyBucketsInSeveralInvocations(t *testing.T) {
	n := *many
	length := min(timeout, time.Duration(n)*20*time.Millisecond) // a bucket takes 140 ms at 50 requests a second
	for _, killed := range []bool{false, true} {
		t.Run(fmt.Sprintf("killed %t", killed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, nil)
				w.fill(n)
				began, invocations, billed, kills, calls, writes, state := time.Now(), 0, time.Duration(0), 0, 0, 0, 0
				for len(w.log.of("audit")) == 0 {
					if invocations++; invocations > 200 {
						t.Fatal("the run doesn't end")
					}
					at := time.Now()
					ctx, cancel := context.WithTimeout(t.Context(), length)
					if killed && invocations%3 == 0 {
						kills++
						w.kill(ctx, time.Duration(rand.Int64N(int64(length))))
					} else if err := w.watch.Invoke(ctx, tick); err != nil {
						t.Fatal(err)
					}
					cancel()
					billed += time.Since(at)
					writes += len(w.s3.Writes())
					calls += len(w.s3.Calls())
					w.s3.ForgetCalls()
					if b, ok := w.s3.Bucket(functiontest.HomesBucket); ok {
						state = max(state, len(b.Objects[bucket.AuditKey].Body))
					}
					time.Sleep(time.Until(at.Add(watch.Tick)))
				}
				end := w.log.of("audit")[0]
				drifted := (n + 99) / 100
				want := fmt.Sprintf("examined=%d drifted=%d foreignPublic=0 twoHomes=0 unmarked=0 notReadable=%d notExamined=0 findings=%d newFindings=%d findingsToTell=%d",
					n, drifted, drifted, 3*drifted, 3*drifted, 3*drifted)
				if got := numbers(end, counts...); got != want {
					t.Errorf("%s\nnot %s", got, want)
				}
				if told := len(w.log.of("finding")); !killed && told != 3*drifted || told < 3*drifted {
					t.Errorf("%d findings have a line, of %d", told, 3*drifted)
				}
				if killed && kills == 0 || invocations < 3 {
					t.Errorf("%d invocations, %d kills", invocations, kills)
				}
				if perSecond := float64(calls) / billed.Seconds(); perSecond > 51 {
					t.Errorf("%.1f requests a second", perSecond)
				}
				if perBucket := float64(calls) / float64(n); !killed && perBucket > 7.5 {
					t.Errorf("%.2f requests a bucket", perBucket)
				}
				dollars := billed.Seconds()*memoryGB*perGBSecond + float64(invocations)*perInvocation + float64(calls-writes)*perRead + float64(writes)*perWrite
				t.Logf("%d buckets: %d invocations (%d killed), %d requests (%.2f a bucket), %d saves of at most %d bytes, billed %s, over after %s, %.4f dollars",
					n, invocations, kills, calls, float64(calls)/float64(n), writes, state, billed.Round(time.Second), time.Since(began).Round(time.Minute), dollars)
			})
		})
	}
}

// kill ends the function in the middle: what it does afterwards reaches nobody.
func (w *world) kill(ctx context.Context, after time.Duration) {
	ctx, cancel := context.WithCancel(ctx)
	end := time.AfterFunc(after, func() {
		w.s3.SetFault(func(s3fake.Request) *s3fake.Fault { return &s3fake.Fault{Drop: true} })
		cancel()
	})
	_ = w.watch.Invoke(ctx, tick) // killed, it says nothing
	end.Stop()
	w.s3.SetFault(nil)
	cancel()
}
