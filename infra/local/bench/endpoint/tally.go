package endpoint

import (
	"maps"
	"sync"
	"time"
)

// Stats is what has passed since the last reset.
type Stats struct {
	// Calls counts by operation.
	Calls map[string]int
	// Refused counts answers other than 2xx, by operation and status. Many are
	// meant: a look at a bucket that isn't there.
	Refused map[string]int
	// Depth is the longest chain of calls for one organization, each begun after
	// the one before had ended.
	Depth int
	// Writes are the calls that can change something in S3.
	Writes int
	// InFlight is the most calls that were under way at once.
	InFlight int
	// FirstCall is when the first one began.
	FirstCall time.Time
	// Connections were opened, with Handshakes of TLS, of which Resumed took up
	// an earlier session.
	Connections, Handshakes, Resumed int
	// BytesIn and BytesOut are what connections carried, headers and TLS included.
	BytesIn, BytesOut int64
}

// Total is the number of calls.
func (s Stats) Total() (n int) {
	for _, calls := range s.Calls {
		n += calls
	}
	return n
}

// tally counts. It is safe for concurrent use.
type tally struct {
	mu       sync.Mutex
	stats    Stats
	depth    map[string]int // of the chain that has ended, by organization
	underway int
}

func newTally() *tally {
	t := &tally{}
	t.reset()
	return t
}

// reset is to be called while no call is under way.
func (t *tally) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stats = Stats{Calls: map[string]int{}, Refused: map[string]int{}}
	t.depth = map[string]int{}
}

// begin counts a call and gives its place in the longest chain that it ends.
func (t *tally) begin(c call) (depth int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stats.FirstCall.IsZero() {
		t.stats.FirstCall = time.Now()
	}
	t.stats.Calls[c.operation]++
	if c.write {
		t.stats.Writes++
	}
	t.underway++
	t.stats.InFlight = max(t.stats.InFlight, t.underway)
	for _, organization := range c.organizations {
		depth = max(depth, t.depth[organization])
	}
	return depth + 1
}

// end is told before the answer leaves, since the client may react at once.
func (t *tally) end(c call, depth, status int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.underway--
	if status/100 != 2 {
		t.stats.Refused[c.refusal(status)]++
	}
	for _, organization := range c.organizations {
		t.depth[organization] = max(t.depth[organization], depth)
	}
	t.stats.Depth = max(t.stats.Depth, depth)
}

// count changes a counter of connections or bytes.
func (t *tally) count(change func(*Stats)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.stats)
}

func (t *tally) snapshot() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.stats
	s.Calls, s.Refused = maps.Clone(s.Calls), maps.Clone(s.Refused)
	return s
}
