package s3fake

import (
	"maps"
	"slices"
	"time"
)

// Put sets a bucket's whole state. Reads see it at once, whatever the Lag. Owner and
// Region default to the fake's account and us-east-1; with a nil AccessBlock the
// bucket has none.
func (s *Server) Put(name string, b Bucket) {
	if b.Owner == "" {
		b.Owner = s.account
	}
	if b.Region == "" {
		b.Region = defaultRegion
	}
	b = b.clone()
	objects := b.Objects
	if objects == nil {
		objects = map[string]Object{}
	}
	b.Objects = nil
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replace(s.truth(name), &b)
	s.buckets[name] = &record{versions: []version{{time.Time{}, &b}}, objects: objects}
}

// Remove deletes a bucket with its objects and its history.
func (s *Server) Remove(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replace(s.truth(name), nil)
	delete(s.buckets, name)
}

// Change changes a bucket's present state, as Put sets it. There has to be one.
func (s *Server) Change(name string, edit func(*Bucket)) {
	b, there := s.Bucket(name)
	if !there {
		panic("change bucket " + name + ": there is none")
	}
	edit(&b)
	s.Put(name, b)
}

// Bucket returns a copy of the bucket's present state, whatever reads still show.
func (s *Server) Bucket(name string) (Bucket, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	config := s.truth(name)
	if config == nil {
		return Bucket{}, false
	}
	b := *config
	b.Objects = s.buckets[name].objects
	return b.clone(), true
}

// Names returns the names of all existing buckets of all accounts, sorted.
func (s *Server) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.buckets)), func(name string) bool { return s.truth(name) == nil })
}

// AccountBlock returns an account's own public access block.
func (s *Server) AccountBlock(account string) AccessBlock {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blocks[account]
}

// SetAccountBlock sets an account's own public access block. The stricter of
// the bucket's and the account's flags holds
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
func (s *Server) SetAccountBlock(account string, b AccessBlock) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks[account] = b
}
