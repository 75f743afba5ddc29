package proof

import (
	"slices"
	"sync"
	"time"
)

// drain polls the queue until every message is deleted or dead-lettered. With
// twice, the first batch is delivered two times at once, as SQS may.
func (w *world) drain(twice bool, between func()) {
	for {
		batch, next, left := w.poll()
		switch {
		case !left:
			return
		case len(batch) == 0:
			time.Sleep(time.Until(next))
			continue
		case twice:
			w.invokeTwice(batch)
			twice = false
		default:
			w.invoke(0, batch...)
		}
		between()
	}
}

// poll receives what can be seen; next is when there will be something.
func (w *world) poll() (batch []receipt, next time.Time, left bool) {
	for _, m := range w.queue.in(waiting) {
		if m.visible.After(time.Now()) {
			if next.IsZero() || m.visible.Before(next) {
				next = m.visible
			}
			continue
		}
		if len(batch) == batchSize {
			break
		}
		r, died := w.queue.receive(m)
		if died {
			w.check.died(m)
			continue
		}
		batch = append(batch, r)
	}
	return batch, next, len(batch) > 0 || !next.IsZero()
}

// invokeTwice has the batch received a second time while the first is handled.
func (w *world) invokeTwice(batch []receipt) {
	second := slices.Clone(batch)
	var all sync.WaitGroup
	all.Go(func() { w.invoke(0, batch...) })
	for i, r := range second {
		second[i], _ = w.queue.receive(r.message) // the first of five receives
	}
	all.Go(func() { time.Sleep(eachWay); w.invoke(1, second...) })
	all.Wait()
}
