package provision_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// TestWhatADeliveryCosts holds, in the time of a call, how long a delivery and each of its
// steps take, and how many calls it makes. Calls that are made at once count once in
// the time of a step. What isn't needed isn't asked: a bucket that was just seen to be
// ours isn't looked at again, the access block and the policy are read a second time only
// if one of them is written, and a policy decides between homes only if there is a doubt.
// The account's access block is read in the first delivery of a process only.
func TestWhatADeliveryCosts(t *testing.T) {
	damaged := func(damage func(*s3fake.Bucket)) func(w *world) {
		return func(w *world) {
			w.deliver()
			b, _ := w.s3.Bucket(n1)
			damage(&b)
			w.s3.Put(n1, b)
		}
	}
	for name, c := range map[string]struct {
		prepare func(w *world)
		want    string
	}{
		"a first run":                     {func(*world) {}, "takes 5, 13 calls; claim 1 create 1 folder 1 observe 3 policy 1 publicAccessBlock 1 publish 1"},
		"a stranger has the name":         {func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}) }, "takes 6, 15 calls; claim 1 create 2 folder 1 observe 3 policy 1 publicAccessBlock 1 publish 1"},
		"nothing to do":                   {func(w *world) { w.deliver() }, "takes 3, 6 calls; observe 2 publish 1"},
		"the folder is gone":              {damaged(func(b *s3fake.Bucket) { b.Objects = nil }), "takes 4, 7 calls; folder 1 observe 2 publish 1"},
		"the policy is gone":              {damaged(func(b *s3fake.Bucket) { b.Policy = "" }), "takes 5, 10 calls; observe 5 policy 1 publish 1"},
		"the bucket was closed":           {damaged(func(b *s3fake.Bucket) { b.AccessBlock = block(allOn) }), "takes 6, 15 calls; observe 8 publicAccessBlock 1 publish 1"},
		"a leftover without a claim":      {func(w *world) { w.s3.Put(n1, half) }, "takes 9, 23 calls; claim 1 folder 1 observe 9 policy 1 publicAccessBlock 2 publish 1"},
		"a finished home without a claim": {func(w *world) { homeWithoutClaim(w, n1) }, "takes 5, 11 calls; claim 1 observe 3 publish 1"},
		"a leftover beside a stranger's":  {func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}); w.s3.Put(n2, half) }, "takes 12, 27 calls; claim 1 create 1 folder 1 observe 11 policy 1 publicAccessBlock 2 publish 1"},
		"a leftover that couldn't be read": {func(w *world) {
			w.s3.Put(n1, half)
			w.s3.SetFault(only(1, "GetBucketTagging", n1, s3fake.Fault{Status: 403, Code: "AccessDenied"}))
		}, "takes 10, 25 calls; claim 1 create 2 folder 1 observe 9 policy 1 publicAccessBlock 2 publish 1"},
		"a home with a name that was given":     {func(w *world) { homeMadeMeanwhile(w, given) }, "takes 3, 9 calls; observe 4 publish 1"},
		"two homes without a claim or a policy": {func(w *world) { w.s3.Put(n1, half); w.s3.Put(n2, half) }, "takes 11, 27 calls; claim 1 folder 1 observe 11 policy 1 publicAccessBlock 2 publish 1"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				c.prepare(w)
				w.s3.ForgetCalls()
				began := time.Now()
				report := w.deliver()
				calls := 0
				for _, made := range w.s3.Calls() {
					if made.Operation != "GetResources" { // a delivery may end before the search does
						calls++
					}
				}
				got := fmt.Sprintf("takes %d, %d calls;", time.Since(began)/call, calls)
				for _, step := range slices.Sorted(maps.Keys(report.Durations)) {
					got += fmt.Sprintf(" %s %d", step, report.Durations[step]/call)
				}
				if report.Failure != nil || got != c.want {
					t.Errorf("got %q, want %q (%v)", got, c.want, report.Failure)
				}
			})
		})
	}
}
