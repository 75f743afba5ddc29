package proof

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
)

// orderly is a pacer that lets one call through at a time, so that the order of
// calls is what was chosen and nothing else. Pauses are over before each choice:
// whoever waits for something to pass may be the next, or the last.
type orderly struct {
	mu      sync.Mutex
	waiting []*turn
	free    bool // calls get through by themselves
}

// turn is a call that waits to get through.
type turn struct {
	call
	through chan *defect // what is wrong with it, nil if nothing
}

// compare puts turns in an order that is the same whenever they are the same.
func (t *turn) compare(u *turn) int {
	return cmp.Or(cmp.Compare(t.by.lane, u.by.lane), t.place.compare(u.place))
}

// step is how far apart two calls are. It is longer than every pause that the
// function makes within a delivery.
const step = 3 * time.Second

func (o *orderly) arrive(ctx context.Context, c call) (*defect, error) {
	o.mu.Lock()
	if o.free {
		o.mu.Unlock()
		return nil, pause(ctx, offset(c))
	}
	if i := slices.Index([]functiontest.Service{toIndex, toAccount}, c.service); i >= 0 {
		// What no other call changes has no place in an order. The function waits for it some
		// seconds only, which pass while others are let through.
		o.mu.Unlock()
		return nil, pause(ctx, time.Duration(2*c.by.lane+i)*time.Millisecond)
	}
	t := &turn{c, make(chan *defect)}
	o.waiting = append(o.waiting, t)
	o.mu.Unlock()
	return <-t.through, nil
}

func (o *orderly) leave(context.Context, call) error { return nil }

// run lets calls through until nothing runs any more. choose picks one of the
// turns, and what is wrong with it; less than 0 ends the run.
func (o *orderly) run(running func() bool, choose func([]*turn) (int, *defect)) {
	for {
		time.Sleep(step)
		synctest.Wait()
		turns := o.turns()
		if len(turns) == 0 {
			if !running() {
				return
			}
			continue
		}
		i, wrong := choose(turns)
		if i < 0 {
			return
		}
		o.pass(turns[i], wrong)
	}
}

// turns lists the calls that wait.
func (o *orderly) turns() []*turn {
	o.mu.Lock()
	defer o.mu.Unlock()
	slices.SortFunc(o.waiting, (*turn).compare)
	return slices.Clone(o.waiting)
}

// pass lets a call through.
func (o *orderly) pass(t *turn, wrong *defect) {
	o.mu.Lock()
	o.waiting = slices.DeleteFunc(o.waiting, func(u *turn) bool { return u == t })
	o.mu.Unlock()
	t.through <- wrong
}

// release lets everything through from here on.
func (o *orderly) release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.free = true
	for _, t := range o.waiting {
		t.through <- nil
	}
	o.waiting = nil
}

// overlaps reports whether the call may meet another delivery's write to the same
// bucket's configuration.
func overlaps(t *turn, turns []*turn) bool {
	return t.configures() && slices.ContainsFunc(turns, func(u *turn) bool {
		return u.by != t.by && u.configures() && u.bucket == t.bucket
	})
}
