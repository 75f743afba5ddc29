package s3fake

import (
	"maps"
	"slices"
	"time"
)

// Bucket is the whole state of a bucket.
type Bucket struct {
	Owner  string // account, 12 digits
	Region string
	Tags   map[string]string
	// AccessBlock is nil if the bucket has none, which is all flags off.
	AccessBlock *AccessBlock
	// Policy is the stored document, empty if there's none.
	Policy  string
	Objects map[string]Object
}

// Object is an object's content.
type Object struct {
	ContentType string
	Body        []byte
	// Metadata is the user's, by lower-case name without "x-amz-meta-".
	Metadata map[string]string
}

// AccessBlock is the four settings of a public access block
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html).
type AccessBlock struct {
	BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool
}

// allBlocked is the public access block of new buckets
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
var allBlocked = AccessBlock{true, true, true, true}

func (b Bucket) clone() Bucket {
	b.Tags, b.Objects = maps.Clone(b.Tags), maps.Clone(b.Objects)
	if b.AccessBlock != nil {
		block := *b.AccessBlock
		b.AccessBlock = &block
	}
	for key, o := range b.Objects {
		o.Body, o.Metadata = slices.Clone(o.Body), maps.Clone(o.Metadata)
		b.Objects[key] = o
	}
	return b
}

// record is a name's history. Objects aren't part of it, since they don't lag.
type record struct {
	versions []version // oldest first
	objects  map[string]Object
}

// version is a configuration that holds from a time on; nil means there's no bucket.
// It is never changed.
type version struct {
	at     time.Time
	config *Bucket
}

func (r *record) truth() *Bucket {
	if len(r.versions) == 0 {
		return nil
	}
	return r.versions[len(r.versions)-1].config
}

// asOf returns the configuration at a time.
func (r *record) asOf(t time.Time) *Bucket {
	for _, v := range slices.Backward(r.versions) {
		if !v.at.After(t) {
			return v.config
		}
	}
	return nil
}

// truth returns the bucket's present configuration, nil if there's no bucket.
func (s *Server) truth(name string) *Bucket {
	if r := s.buckets[name]; r != nil {
		return r.truth()
	}
	return nil
}

// view returns the bucket as reads see it now, nil if they don't see it.
func (s *Server) view(name string) *Bucket {
	r := s.buckets[name]
	if r == nil {
		return nil
	}
	now := time.Now()
	seen := r.asOf(now.Add(-s.lag.Existence))
	if seen == nil {
		return nil
	}
	v := *seen
	v.Tags, v.AccessBlock, v.Policy, v.Objects = nil, &allBlocked, "", r.objects
	if old := r.asOf(now.Add(-s.lag.Tags)); old != nil {
		v.Tags = old.Tags
	}
	if old := r.asOf(now.Add(-s.lag.AccessBlock)); old != nil {
		v.AccessBlock = old.AccessBlock
	}
	if old := r.asOf(now.Add(-s.lag.Policy)); old != nil {
		v.Policy = old.Policy
	}
	return &v
}

// add appends a version that holds from now on.
func (s *Server) add(name string, config *Bucket) {
	r := s.buckets[name]
	if r == nil {
		r = &record{objects: map[string]Object{}}
		s.buckets[name] = r
	}
	s.replace(r.truth(), config)
	r.versions = append(r.versions, version{time.Now(), config})
}

// replace updates the number of buckets that each account owns.
func (s *Server) replace(before, after *Bucket) {
	if before != nil {
		s.owned[before.Owner]--
	}
	if after != nil {
		s.owned[after.Owner]++
	}
}

// change appends a version of an existing bucket that differs in what edit does.
// edit replaces maps and pointers, it doesn't write to them.
func (s *Server) change(name string, edit func(*Bucket)) {
	config := *s.truth(name)
	edit(&config)
	s.add(name, &config)
}
