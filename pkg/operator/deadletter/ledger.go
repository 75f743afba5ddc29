package deadletter

import (
	"sync"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// ledger records every message that a look has received: its handle, until when it
// is held, and whether its copy was confirmed. It keeps no bodies.
type ledger struct {
	mu      sync.Mutex
	entries map[string]entry
}

type entry struct {
	handle string
	until  int64 // the hold's end in Unix nanoseconds; 0 if it has run out
	count  int32 // the receive count: of two answers the later one has the handle that works
	state  state
}

// state is how far a message has come.
type state uint8

const (
	held    state = iota
	copied        // its copy is confirmed: it may be deleted
	deleted       // and it has been
)

func newLedger() *ledger { return &ledger{entries: map[string]entry{}} }

// now returns the time without the monotonic clock, which stands still while the
// machine sleeps; holds run on.
func now() time.Time { return time.Now().Round(0) }

// take records messages that were received and are held until a time. It returns
// those that are new, and the ids of those that were received again although they
// have been copied.
func (l *ledger) take(messages []queue.Message, until time.Time) (fresh []queue.Message, again []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range messages {
		e, seen := l.entries[m.ID]
		if count := int32(m.ReceiveCount); !seen || count >= e.count {
			e.handle, e.until, e.count = m.Handle, until.UnixNano(), count
			l.entries[m.ID] = e
		}
		switch {
		case !seen:
			fresh = append(fresh, m)
		case e.state != held:
			again = append(again, m.ID)
		}
	}
	return fresh, again
}

// set changes the state of messages.
func (l *ledger) set(s state, ids ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		e := l.entries[id]
		e.state = s
		l.entries[id] = e
	}
}

// hold notes until when a handle's message is held; the zero time means that it
// isn't any more. A message that was received again meanwhile has another handle,
// and keeps what is noted of that.
func (l *ledger) hold(id, handle string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entries[id]
	if e.handle != handle {
		return
	}
	e.until = 0
	if !until.IsZero() {
		e.until = until.UnixNano()
	}
	l.entries[id] = e
}

// holds reports whether a message is held at a time.
func (l *ledger) holds(id string, at time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entries[id].until > at.UnixNano()
}

// handles returns the latest handles of messages.
func (l *ledger) handles(ids []string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = l.entries[id].handle
	}
	return all
}

// all returns the ids of the messages in a state.
func (l *ledger) all(s state) []string {
	return l.which(func(e entry) bool { return e.state == s })
}

// due returns the ids of the messages whose holds end between at and by.
func (l *ledger) due(at, by time.Time) []string {
	return l.which(func(e entry) bool { return e.state == held && e.until > at.UnixNano() && e.until <= by.UnixNano() })
}

func (l *ledger) which(is func(entry) bool) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var ids []string
	for id, e := range l.entries {
		if is(e) {
			ids = append(ids, id)
		}
	}
	return ids
}

// size returns how many messages have been received.
func (l *ledger) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}
