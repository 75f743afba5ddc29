package provision

import (
	"sync"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// record is what was changed and how long each step took. Parallel steps write it.
type record struct {
	mu        sync.Mutex
	changes   map[bucket.Facet]bool
	durations map[fault.Step]time.Duration
}

func (r *record) changed(f bucket.Facet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes[f] = true
}

func (r *record) has(f bucket.Facet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changes[f]
}

// list returns what was changed, in the order of bucket.Facets.
func (r *record) list() []bucket.Facet {
	all := []bucket.Facet{}
	for _, f := range bucket.Facets() {
		if r.has(f) {
			all = append(all, f)
		}
	}
	return all
}

func (r *record) took(step fault.Step, d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.durations[step] += d
}

// step runs f as a step: it adds f's duration and names the step in f's error.
func (p *provisioning) step(step fault.Step, f func() error) error {
	began := time.Now()
	err := f()
	p.record.took(step, time.Since(began))
	return fault.At(step, err)
}
