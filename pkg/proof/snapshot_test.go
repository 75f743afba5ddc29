package proof

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// snapshot is what a bucket truly is like at a moment.
type snapshot struct {
	bucket s3fake.Bucket
	// readable are the probes that anyone could get.
	readable map[string]bool
}

// inPub is an object that the public may read, once the bucket is ready.
const inPub = "pub/image.png"

// outside are objects that it may not.
func outside() []string { return []string{"secret", "pub", "public/x", "pub.txt", "a/pub/x", ""} }

// look takes a snapshot of every bucket.
func (k *checker) look() map[string]snapshot {
	all := map[string]snapshot{}
	for _, name := range k.world.s3.Names() {
		b, there := k.world.s3.Bucket(name)
		if !there {
			continue
		}
		s := snapshot{bucket: b}
		if was, known := k.before[name]; known && was.same(s) {
			s.readable = was.readable
		} else {
			s.readable = k.probe(name)
		}
		all[name] = s
	}
	return all
}

func (k *checker) probe(name string) map[string]bool {
	readable := map[string]bool{}
	for _, key := range append(outside(), inPub) {
		readable[key] = k.world.s3.AnonymousCanRead(name, key)
	}
	return readable
}

// same reports whether nothing has changed.
func (s snapshot) same(t snapshot) bool {
	a, b := s.bucket, t.bucket
	return a.Owner == b.Owner && a.Region == b.Region && a.Policy == b.Policy && maps.Equal(a.Tags, b.Tags) &&
		sameBlock(a.AccessBlock, b.AccessBlock) && maps.EqualFunc(a.Objects, b.Objects, sameObject)
}

func sameBlock(a, b *s3fake.AccessBlock) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}

func sameObject(a, b s3fake.Object) bool {
	return a.ContentType == b.ContentType && bytes.Equal(a.Body, b.Body) && maps.Equal(a.Metadata, b.Metadata)
}

// flags are the block's, all off if there's none.
func (s snapshot) flags() s3fake.AccessBlock {
	if s.bucket.AccessBlock == nil {
		return s3fake.AccessBlock{}
	}
	return *s.bucket.AccessBlock
}

// summary is what the world has come to: every bucket, and what was published.
func (w *world) summary() string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(w.check.before)) {
		b := w.check.before[name].bucket
		fmt.Fprintln(&out, name, b.Owner, b.Tags, w.check.before[name].flags(), b.Policy, slices.Sorted(maps.Keys(b.Objects)))
	}
	for _, m := range w.queue.messages {
		fmt.Fprintln(&out, m.state, len(w.topic.outcomesFor(m)))
	}
	fmt.Fprintln(&out, w.check.homes)
	return out.String()
}
