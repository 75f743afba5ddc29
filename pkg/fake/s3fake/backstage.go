package s3fake

import (
	"maps"
	"slices"
	"time"
)

// Put makes a bucket be as it is given, as if it had always been so: nothing of
// it lags. Owner and Region default to the fake's account and us-east-1; a nil
// AccessBlock is none at all.
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

// Remove makes a bucket never have been, objects and all.
func (s *Server) Remove(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replace(s.truth(name), nil)
	delete(s.buckets, name)
}

// Bucket gives a copy of the bucket as it truly is now.
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

// Names lists the buckets of all accounts that truly exist, sorted.
func (s *Server) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.buckets)), func(name string) bool { return s.truth(name) == nil })
}

// SetAccountBlock sets an account's own public access block. The stricter of
// the bucket's and the account's flags holds
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
func (s *Server) SetAccountBlock(account string, b AccessBlock) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks[account] = b
}
