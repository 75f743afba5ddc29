package audit_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// TestARunThatEndsEarlyGoesOnWhereItWas: whatever row it is stopped after, both parts
// together say what one run says, and nothing is examined twice.
func TestARunThatEndsEarlyGoesOnWhereItWas(t *testing.T) {
	world := func(t *testing.T) *world {
		w := newWorld(t, "us-east-1")
		w.made("alpha")
		w.s3.Put("fusion-rms-broken", half("broken"))
		w.s3.Put(n1, w.withPolicy(n1))
		w.s3.Put(given, w.withPolicy(given)) // a second home
		w.claim(id, given)
		w.claim("gone", "fusion-rms-gone") // a claim whose bucket isn't there
		w.made("zeta")
		return w
	}
	synctest.Test(t, func(t *testing.T) {
		want, whole, err := world(t).beside()
		if err != nil || len(want) != 6 {
			t.Fatalf("got %d rows, %v", len(want), err)
		}
		for after := 1; after < len(want); after++ {
			w := world(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var rows []audit.Row
			var kept []byte
			emit := func(r audit.Row) error { rows = append(rows, r); return nil }
			_, _ = w.auditor().Run(ctx, audit.Options{Done: func(p audit.Position) {
				if len(rows) == after {
					kept, _ = json.Marshal(p)
					stop()
				}
			}}, emit)
			rows = rows[:after] // what was emitted after that is emitted again
			var from audit.Position
			if err := json.Unmarshal(kept, &from); err != nil {
				t.Fatal(err)
			}
			summary, err := w.auditor().Run(t.Context(), audit.Options{From: &from}, emit)
			if err != nil || !slices.EqualFunc(rows, want, func(a, b audit.Row) bool { return short(a) == short(b) }) {
				t.Errorf("stopped after %d: %v, rows\n%v\nnot\n%v", after, err, rows, want)
			}
			if got, all := text(summary), text(whole); got != all {
				t.Errorf("stopped after %d: %s\nnot %s", after, got, all)
			}
		}
	})
}

// TestABucketThatWasCutOffIsNotPassedOver, though later ones are done.
func TestABucketThatWasCutOffIsNotPassedOver(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, id := range []org.ID{"alpha", "beta", "gamma", "zeta"} {
			w.made(id)
		}
		w.s3.SetFault(of("fusion-rms-beta", "GetBucketPolicy", s3fake.Fault{Hang: true}))
		var rows []string
		emit := func(r audit.Row) error { rows = append(rows, r.Bucket); return nil }
		var at audit.Position
		ctx, stop := context.WithTimeout(w.t.Context(), time.Minute)
		defer stop()
		if s, err := w.auditor().Run(ctx, audit.Options{Done: func(p audit.Position) { at = p }}, emit); err == nil || !s.Stopped || at.Bucket != "fusion-rms-alpha" {
			t.Errorf("stopped at %q: %+v, %v", at.Bucket, s, err)
		}
		w.s3.SetFault(nil)
		s, err := w.auditor().Run(w.t.Context(), audit.Options{From: &at}, emit)
		if got := strings.Join(rows, " "); err != nil || s.Done != 4 || got != "fusion-rms-alpha fusion-rms-beta fusion-rms-gamma fusion-rms-zeta" {
			t.Errorf("%s: %+v, %v", got, s, err)
		}
	})
}

func text(s audit.Summary) string { b, _ := json.Marshal(s); return string(b) }

// TestAHomeThatThePublicCannotReadIsFound, whatever keeps the public out.
func TestAHomeThatThePublicCannotReadIsFound(t *testing.T) {
	const healthy = n1 + " healthy xmsqa1(tag)"
	for name, c := range map[string]struct {
		prepare func(w *world)
		want    string
	}{
		"as it should be": {func(*world) {}, healthy},
		"blocked by the account": {func(w *world) {
			w.s3.SetAccountBlock(account, s3fake.AccessBlock{RestrictPublicBuckets: true})
		}, n1 + " findings xmsqa1(tag), error RestrictPublicBuckets, error NotReadable"},
		"blocked by the bucket": {func(w *world) {
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.AccessBlock = &allOn })
		}, n1 + " findings xmsqa1(tag), error Drift[publicAccessBlock], warning Reopened, error NotReadable"},
		"on hold": {func(w *world) {
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.AccessBlock, b.Tags["OrgbucketHold"] = &allOn, "closed by us" })
		}, n1 + " findings xmsqa1(tag), warning OnHold"},
		"never finished": {func(w *world) { w.s3.Change(n1, func(b *s3fake.Bucket) { b.Policy = "" }) },
			n1 + " findings xmsqa1(tag), error Unfinished[policy]"},
		"while S3 has a fault": {func(w *world) {
			w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
				if r.Operation == "HeadObject" && r.Caller == "" {
					return &s3fake.Fault{Status: 503, Code: "SlowDown"}
				}
				return nil
			})
		}, n1 + " notExamined xmsqa1(tag), unread ServiceUnavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.made(id)
				c.prepare(w)
				client := w.s3.Client(s3fake.ClientOptions{AccessKeyID: "auditor", Region: w.naming.Region, Retryer: newRetryer()})
				var got []string
				if _, err := w.auditor().Visited(buckets.NewVisitor(client)).Run(w.t.Context(), audit.Options{}, func(r audit.Row) error {
					got = append(got, short(r))
					return nil
				}); err != nil || !slices.Equal(got, []string{c.want}) {
					t.Errorf("got %q, %v", got, err)
				}
			})
		})
	}
}
