package audit_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// at calls f when the nth request of an operation about a bucket arrives.
func (w *world) at(n int64, name, operation string, f func()) {
	var seen atomic.Int64
	w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
		if r.Bucket == name && r.Operation == operation && seen.Add(1) == n {
			f()
		}
		return nil
	})
}

func TestABucketThatVanishesIsNoFinding(t *testing.T) {
	for _, operation := range []string{"GetBucketTagging", "GetBucketPolicy", "GetPublicAccessBlock"} {
		t.Run("before "+operation, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.made(id)
				w.unclaim(id)
				w.made("zeta")
				w.at(1, n1, operation, func() { w.s3.Remove(n1) })
				rows, s, err := w.audit()
				if err != nil || !s.Complete || s.Vanished != 1 || s.Listed != 2 || s.Done != 2 || len(rows) != 1 || short(rows[0]) != "fusion-rms-zeta healthy zeta(tag)" {
					t.Errorf("got %+v, %+v, %v", rows, s, err)
				}
			})
		})
	}
	for name, region := range map[string]string{n1: "eu-west-1", "fusion-rms-old.files": "us-east-1"} {
		t.Run(name+" in "+region, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(name, s3fake.Bucket{Region: region})
				w.at(1, name, "GetBucketTagging", func() { w.s3.Remove(name) })
				w.reports()
			})
		})
	}
}

// A bucket that was just made may be seen as it was, and one that is being made
// isn't finished yet. Both are looked at again.
func TestAYoungBucketIsLookedAtAgain(t *testing.T) {
	const healthy, unfinished = n1 + " healthy xmsqa1(tag)", n1 + " findings xmsqa1(tag), error Unfinished[publicAccessBlock folder policy], notice Unclaimed"
	for name, c := range map[string]struct {
		age     time.Duration
		prepare func(w *world)
		want    string
	}{
		"where reads lag": {time.Second, func(w *world) {
			w.made(id)
			w.s3.SetLag(s3fake.Lag{Tags: 6 * time.Second, Policy: 6 * time.Second, AccessBlock: 6 * time.Second})
		}, healthy},
		"where it isn't seen at first": {time.Second, func(w *world) {
			w.made(id)
			w.at(1, n1, "GetBucketTagging", func() { w.s3.SetLag(s3fake.Lag{Existence: 4 * time.Second}) })
		}, healthy},
		"while a message is being handled": {time.Second, func(w *world) {
			w.s3.Put(n1, half("xmsqa1"))
			w.s3.AddUser(w.spec(id).ClientUserARN)
			time.AfterFunc(time.Second, func() { w.made(id) })
		}, healthy},
		"and what stays is reported": {time.Second, func(w *world) { w.s3.Put(n1, half("xmsqa1")) }, unfinished},
		"but an old one isn't":       {time.Hour, func(w *world) { w.s3.Put(n1, half("xmsqa1")) }, unfinished},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.changed = c.age
				c.prepare(w)
				began := time.Now()
				rows, _, err := w.beside()
				if err != nil || len(rows) != 1 || short(rows[0]) != c.want {
					t.Errorf("got %v, %v; want %s", rows, err, c.want)
				}
				if took := time.Since(began); (took > time.Second) != (c.age < time.Minute) {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

// Between the first look and the second its tag is taken off, or changed.
func TestATagThatChangesMeanwhile(t *testing.T) {
	retag := func(w *world, tags map[string]string) func() {
		return func() { w.s3.Change(n1, func(b *s3fake.Bucket) { b.Tags = tags }) }
	}
	for name, c := range map[string]struct {
		prepare func(w *world)
		want    string
	}{
		"to nothing": {func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: tags("other")})
			w.at(2, n1, "GetBucketTagging", retag(w, nil))
		}, n1 + " findings xmsqa1(name), error OwnershipUnproved"},
		"to the organization's": {func(w *world) {
			w.made(id)
			retag(w, tags("other"))()
			w.at(2, n1, "GetBucketTagging", retag(w, tags("xmsqa1")))
		}, n1 + " healthy xmsqa1(tag)"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				c.prepare(w)
				w.reports(c.want)
			})
		})
	}
}
