package watch_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// onceLookedAt has f run when an organization's claim is read first. The list of buckets was
// read by then.
func (w *world) onceLookedAt(id org.ID, f func()) {
	var first sync.Once
	w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
		if r.Operation == "GetObject" && r.Key == s3store.ClaimKey(id) {
			first.Do(f)
		}
		return nil
	})
}

// claim makes the bucket of this name the organization's home, as of now.
func (w *world) claim(id org.ID, name string) {
	w.s3.Change(functiontest.HomesBucket, func(b *s3fake.Bucket) {
		b.Objects[s3store.ClaimKey(id)] = s3fake.Object{Body: []byte(fmt.Sprintf(`{"bucket":%q,"claimedAt":%q,"messageId":"m1"}`, name, time.Now().UTC().Format(time.RFC3339)))}
	})
}

// TestAHomeThatWasMadeAfterTheListIsNotMissing: nothing is concluded from a list that is
// older than the claim.
func TestAHomeThatWasMadeAfterTheListIsNotMissing(t *testing.T) {
	const n1, n2 = "fusion-rms-alpha", "fusion-rms-alpha-" + functiontest.Account + "-us-east-1-an"
	for name, c := range map[string]struct {
		n1    s3fake.Bucket
		codes string
	}{
		"since its first name is another organization's": {s3fake.Bucket{Tags: map[string]string{"OrgId": "other"}}, "[TagNameMismatch]"},
		"beside one that an operator gave up":            {s3fake.Bucket{Tags: map[string]string{"OrgId": "alpha"}}, "[MultipleHomes]"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.ready("zeta")
				w.s3.Put(n1, c.n1)
				w.onceLookedAt("alpha", func() { w.made("alpha", n2) })
				w.run()
				if got := fmt.Sprint(w.codes()); got != c.codes {
					w.t.Errorf("found %s, not %s", got, c.codes)
				}
			})
		})
	}
}

// TestASignupThatIsUnderWayIsNoFinding: the claim comes before the policy.
func TestASignupThatIsUnderWayIsNoFinding(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.ready("zeta")
		w.onceLookedAt("zeta", func() {
			w.s3.Put("fusion-rms-alpha", s3fake.Bucket{Tags: map[string]string{"OrgId": "alpha"}})
			w.claim("alpha", "fusion-rms-alpha")
			time.AfterFunc(3*time.Second, func() { w.made("alpha", "fusion-rms-alpha") })
		})
		if got := numbers(w.run(), "examined", "findings"); got != "examined=2 findings=0" {
			w.t.Errorf("%s: %v", got, w.codes())
		}
	})
}

// TestAHomeThatCannotBeReadYetIsNoFinding: S3 may refuse a new bucket's tags for a moment.
func TestAHomeThatCannotBeReadYetIsNoFinding(t *testing.T) {
	for name, c := range map[string]struct {
		hidden time.Duration
		want   string
	}{"for a moment": {3 * time.Second, "examined=2 findings=0"}, "for longer": {time.Hour, "examined=2 findings=1"}} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.ready("zeta")
				var since time.Time
				w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
					switch {
					case since.IsZero() && r.Operation == "GetObject" && r.Key == s3store.ClaimKey("zeta"):
						w.made("alpha", "fusion-rms-alpha")
						since = time.Now()
					case r.Operation == "GetBucketTagging" && r.Bucket == "fusion-rms-alpha" && time.Since(since) < c.hidden:
						return &s3fake.Fault{Status: 403, Code: "AccessDenied", Message: "Access Denied"}
					}
					return nil
				})
				if got := numbers(w.run(), "examined", "findings"); got != c.want {
					w.t.Errorf("%s: %v", got, w.codes())
				}
			})
		})
	}
}

// codes are those of the findings' lines.
func (w *world) codes() (all []any) {
	for _, line := range w.log.of("finding") {
		all = append(all, line["code"])
	}
	return all
}
