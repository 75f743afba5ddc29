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
				w.made("zeta")
				w.at(1, n1, operation, func() { w.s3.Remove(n1) })
				w.reports("fusion-rms-zeta healthy zeta(tag)")
				w.s3.SetFault(nil)
			})
		})
	}
	inWorld(t, func(w *world) {
		w.made(id)
		w.at(1, n1, "GetBucketTagging", func() { w.s3.Remove(n1) })
		if _, s, err := w.audit(); err != nil || !s.Complete || s.Vanished != 1 || s.Listed != 1 || s.Done != 1 {
			t.Errorf("got %+v, %v", s, err)
		}
	})
}

func TestABucketInAnotherRegionThatVanishesIsNoFinding(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1"})
		w.at(1, n1, "GetBucketTagging", func() { w.s3.Remove(n1) })
		w.reports()
	})
}

func TestABucketThatAppearsIsNoFinding(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made(id)
		w.at(1, n1, "GetBucketTagging", func() { w.s3.Put("fusion-rms-zeta", half("zeta")) })
		w.reports(n1 + " healthy xmsqa1(tag)")
	})
}

// A bucket that was just made may be seen as it was, and one that is being made
// isn't finished yet. Both are looked at again.
func TestAYoungBucketIsLookedAtAgain(t *testing.T) {
	t.Run("where reads lag", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.changed = time.Second
			w.made(id)
			w.s3.SetLag(s3fake.Lag{Tags: 6 * time.Second, Policy: 6 * time.Second, AccessBlock: 6 * time.Second})
			w.reports(n1 + " healthy xmsqa1(tag)")
		})
	})
	t.Run("where it isn't seen at first", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.changed = time.Second
			w.made(id)
			w.at(1, n1, "GetBucketTagging", func() { w.s3.SetLag(s3fake.Lag{Existence: 4 * time.Second}) })
			w.reports(n1 + " healthy xmsqa1(tag)")
		})
	})
	t.Run("while a message is being handled", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.changed = time.Second
			w.s3.Put(n1, half("xmsqa1"))
			time.AfterFunc(time.Second, func() { w.made(id) })
			w.s3.AddUser(w.spec(id).ClientUserARN)
			rows, _, err := w.beside()
			if err != nil || len(rows) != 1 || short(rows[0]) != n1+" healthy xmsqa1(tag)" {
				t.Errorf("got %v, %v", rows, err)
			}
		})
	})
	t.Run("and what stays is reported", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.changed = time.Second
			w.s3.Put(n1, half("xmsqa1"))
			w.reports(n1 + " findings xmsqa1(tag), error Unfinished[publicAccessBlock folder policy]")
		})
	})
	t.Run("but an old one isn't", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.changed = time.Hour
			w.s3.Put(n1, half("xmsqa1"))
			began := time.Now()
			w.reports(n1 + " findings xmsqa1(tag), error Unfinished[publicAccessBlock folder policy]")
			if took := time.Since(began); took > time.Second {
				t.Errorf("took %s", took)
			}
		})
	})
}

// Between the first look and the second its tag is taken off, or changed.
func TestATagThatChangesMeanwhile(t *testing.T) {
	retag := func(w *world, tags map[string]string) func() {
		return func() { w.change(n1, func(b *s3fake.Bucket) { b.Tags = tags }) }
	}
	t.Run("to nothing", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: tags("other")})
			w.at(2, n1, "GetBucketTagging", retag(w, nil))
			w.reports(n1 + " findings xmsqa1(name), error OwnershipUnproved")
		})
	})
	t.Run("to the organization's", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.made(id)
			retag(w, tags("other"))()
			w.at(2, n1, "GetBucketTagging", retag(w, tags("xmsqa1")))
			w.reports(n1 + " healthy xmsqa1(tag)")
		})
	})
	t.Run("back and forth", func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.made(id)
			var seen atomic.Int64
			w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
				if r.Bucket == n1 && r.Operation == "GetBucketTagging" {
					retag(w, tags([]string{"other", "xmsqa1"}[seen.Add(1)%2]))()
				}
				return nil
			})
			rows, s, err := w.audit()
			if err != nil || !s.Complete || len(rows) != 1 || rows[0].Bucket != n1 {
				t.Errorf("got %+v, %+v, %v", rows, s, err)
			}
		})
	})
}
