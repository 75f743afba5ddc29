package proof

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

const (
	sampleOrders = 40
	allOrders    = 30_000
)

// small is a case that is small enough to go through all its orders.
type small struct {
	name   string
	before func(*world)
	leaves bool // the stranger leaves at some moment
	aborts int  // so many writes may be aborted, whichever
}

var smalls = []small{
	{name: "first run", before: func(*world) {}},
	{name: "half made", before: there(n1)},
	{name: "name foreign", before: there(n1, of(stranger, virginia))},
	{name: "stranger leaves", before: there(n1, of(stranger, virginia)), leaves: true},
	{name: "first run, a write is aborted", before: func(*world) {}, aborts: 1},
	{name: "half made, a write is aborted", before: there(n1, folder), aborts: 1},
}

// TestAllOrdersOfTwoDeliveries has two deliveries of one organization run at once,
// in every order of their calls.
func TestAllOrdersOfTwoDeliveries(t *testing.T) {
	most := sampleOrders
	if *full {
		most = allOrders
	}
	for _, s := range smalls {
		t.Run(s.name, func(t *testing.T) {
			e, seen := &explorer{}, map[string]bool{}
			more := true
			for more && e.orders < most && !t.Failed() {
				var w *world
				synctest.Test(t, func(*testing.T) { w = s.play(e, seen) })
				total.add(t, w.check, w.queue.sent, s.name, "go test ./pkg/proof -run 'TestAllOrders/"+strings.ReplaceAll(s.name, " ", "_")+"$' -full")
				more = e.advance()
			}
			total.orders += e.orders
			found := "all orders"
			if more {
				found = fmt.Sprintf("the first %d orders, there are more", most)
			}
			t.Logf("%s: %d, %d cut short as like another one, %d different ends", found, e.orders, e.cut, len(seen))
			progress("%5d, %s of two deliveries: %s", e.orders, found, s.name)
			if e.orders < sampleOrders {
				t.Errorf("%d orders are all: the deliveries do hardly anything", e.orders)
			}
			if e.diverged != "" {
				t.Errorf("the same moves led to another choice: %s", e.diverged)
			}
		})
	}
}

// play runs one order. Ends that weren't seen before are settled.
func (s small) play(e *explorer, seen map[string]bool) *world {
	o := &orderly{}
	w := newWorld(virginia, o, id)
	defer w.end()
	w.others(s.before)
	l := &lanes{once: true}
	l.start(w, 2)
	e.begin()
	o.run(l.left, s.choose(w, e))
	if e.ended {
		w.kill()
		o.release()
		return w
	}
	o.release()
	if end := w.summary(); !seen[end] {
		seen[end] = true
		w.drain(false, func() {})
		w.operate(nil)
		if len(w.check.violations) == 0 {
			path{}.settled(w)
		}
	}
	return w
}

// choose has the explorer choose.
func (s small) choose(w *world, e *explorer) func([]*turn) (int, *defect) {
	left, aborts := !s.leaves, s.aborts
	return func(turns []*turn) (int, *defect) {
		for {
			m, ok := e.choose(s.moves(w, turns, left, aborts))
			switch {
			case !ok:
				return -1, nil
			case m.leaves:
				left = true
				w.others(gone(n1))
				continue
			}
			i := slices.IndexFunc(turns, func(t *turn) bool { return t.by.lane == m.lane && t.place == m.place })
			if m.busy {
				aborts--
				return i, &aborted
			}
			return i, nil
		}
	}
}

// moves are all choices that there are.
func (s small) moves(w *world, turns []*turn, left bool, aborts int) (all []move) {
	for _, t := range turns {
		_, there := w.check.before[t.bucket]
		m := move{lane: t.by.lane, place: t.place, there: there && t.operation == "CreateBucket"}
		all = append(all, m)
		if aborts > 0 && t.configures() {
			m.busy, m.there = true, false // it does nothing either way
			all = append(all, m)
		}
	}
	if !left {
		all = append(all, move{leaves: true})
	}
	return all
}
