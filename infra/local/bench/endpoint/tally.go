package endpoint

import "sync"

// Stats is what was counted.
type Stats struct {
	Calls int
	// Writes are the calls that can change something in S3, refused ones included.
	Writes int
	// Depth is the longest chain of calls for one organization, each of which began
	// after the one before had ended.
	Depth int
}

// tally counts calls. It is safe for concurrent use.
type tally struct {
	mu    sync.Mutex
	stats Stats
	depth map[string]int // of the longest chain that has ended, by organization
}

func (t *tally) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stats, t.depth = Stats{}, map[string]int{}
}

// begin counts a call, and returns its place in the longest chain that it ends.
func (t *tally) begin(c call) (depth int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stats.Calls++
	if c.write {
		t.stats.Writes++
	}
	return t.depth[c.organization] + 1
}

func (t *tally) end(c call, depth int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.depth[c.organization] = max(t.depth[c.organization], depth)
	t.stats.Depth = max(t.stats.Depth, depth)
}

func (t *tally) snapshot() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stats
}
