package deadletter

import (
	"sync"
	"time"
)

// quietPolls is how many receives must find nothing, since the last new message,
// until the queue is believed to be through.
const quietPolls = 3

// quiet tells when a queue is through. A receive that finds only messages that
// were seen before, and whose hold ran out, says nothing: new ones may be behind
// them. Only if it goes on like that for as long as a hold, there are none.
type quiet struct {
	mu    sync.Mutex
	polls int       // that found nothing, since
	last  time.Time // the last new message
}

// heard notes a new message.
func (q *quiet) heard() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.polls, q.last = 0, now()
}

// empty notes a receive that found nothing.
func (q *quiet) empty() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.polls++
}

// over tells whether the queue is through.
func (q *quiet) over(hold time.Duration) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.polls >= quietPolls || now().Sub(q.last) > hold+pollWait
}
