package s3server

import (
	"slices"
	"strings"
	"sync"
)

// tagIndex finds buckets by a tag, as AWS's tagging API does. Reading the tags of all
// buckets for each search takes longer with every bucket.
type tagIndex struct {
	mu       sync.Mutex
	byBucket map[string]map[string]string
}

func newTagIndex() *tagIndex { return &tagIndex{byBucket: map[string]map[string]string{}} }

// put replaces a bucket's tags. The name is copied, since versitygw's strings live in
// buffers that it uses again.
func (x *tagIndex) put(bucket string, tags map[string]string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(tags) == 0 {
		delete(x.byBucket, bucket)
		return
	}
	x.byBucket[strings.Clone(bucket)] = tags
}

// find lists the buckets that have a tag, by name.
func (x *tagIndex) find(key, value string) (names []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for bucket, tags := range x.byBucket {
		if found, ok := tags[key]; ok && found == value {
			names = append(names, bucket)
		}
	}
	slices.Sort(names)
	return names
}
