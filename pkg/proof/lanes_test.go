package proof

import (
	"fmt"
	"sync/atomic"
	"testing/synctest"
	"time"
)

// lanes are deliveries of one organization's messages that run at once.
type lanes struct {
	once    bool // each message is delivered once
	running atomic.Int64
}

// start sends n messages of the organization and has each delivered in a lane of
// its own, until it's deleted or dead-lettered.
func (l *lanes) start(w *world, n int) {
	w.many, w.timeout = true, 0 // calls may take as long as the order has it
	for lane := range n {
		m := w.queue.send(id, fmt.Sprintf(`{"orgId":%q}`, id))
		l.running.Add(1)
		go func() {
			defer l.running.Add(-1)
			w.deliver(lane, m, l.once)
		}()
	}
	synctest.Wait()
}

func (l *lanes) left() bool { return l.running.Load() > 0 }

// deliver delivers a message as often as it takes. Between receives is the longest
// time that the function may have asked for: what it asks for is drawn anew each
// time, and a seed shall be the same order every time.
func (w *world) deliver(lane int, m *message, once bool) {
	wait := firstRedelivery * 6 / 5
	for m.state == waiting {
		r, died := w.queue.receive(m)
		if died {
			w.check.died(m)
			return
		}
		w.invoke(lane, r)
		if once {
			return
		}
		if m.state == waiting {
			time.Sleep(wait)
			wait *= 4
		}
	}
}

// kill ends all deliveries that are under way.
func (w *world) kill() {
	w.wire.mu.Lock()
	defer w.wire.mu.Unlock()
	for _, m := range w.queue.in(waiting) {
		if m.last != nil {
			m.last.kill()
		}
	}
}
