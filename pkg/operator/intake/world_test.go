package intake_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// world is what outlives a run: the queue's content and the journal's. It ends
// a run at one of the moments that a run passes through.
type world struct {
	got     []string // bodies, in the order in which they came
	calls   int
	journal map[string]bool

	latency time.Duration
	refuse  func(body string) error // nil: everything is taken
	moment  int                     // counts what happens
	strike  int                     // the moment at which blow is called; 0 for none
	blow    func() error
}

func newWorld() *world {
	return &world{journal: map[string]bool{}, refuse: func(string) error { return nil }}
}

// pass counts a moment and lets what shall happen there happen.
func (w *world) pass() error {
	w.moment++
	if w.moment == w.strike {
		return w.blow()
	}
	return nil
}

// die ends the run's goroutine, as SIGKILL ends a process.
func die() error { runtime.Goexit(); return nil }

func (w *world) Send(ctx context.Context, messages []queue.Content) []queue.Sent {
	w.calls++
	if err := w.pass(); err != nil { // nothing has arrived
		return slices.Repeat([]queue.Sent{{Err: err}}, len(messages))
	}
	select {
	case <-ctx.Done(): // too late to keep them from arriving
	case <-time.After(w.latency):
	}
	var sent []queue.Sent
	for _, m := range messages {
		if err := w.refuse(m.Body); err != nil {
			sent = append(sent, queue.Sent{Err: err})
			continue
		}
		w.got = append(w.got, m.Body)
		sent = append(sent, queue.Sent{MessageID: fmt.Sprintf("message-%d", len(w.got))})
	}
	if err := cmp.Or(w.pass(), ctx.Err()); err != nil { // all has arrived, and the answer is lost
		return slices.Repeat([]queue.Sent{{Err: err}}, len(messages))
	}
	return sent
}

func (w *world) Has(key string) bool { return w.journal[key] }

func (w *world) Add(keys ...string) error {
	if err := w.pass(); err != nil {
		return err
	}
	for _, key := range keys {
		w.journal[key] = true
	}
	return w.pass()
}

// run sends what is left of ids, as the command does.
func (w *world) run(ctx context.Context, perSecond float64, ids []org.ID) (intake.Result, error) {
	pace, err := queue.NewPace(perSecond)
	if err != nil {
		return intake.Result{}, err
	}
	s := intake.Sender{Queue: w, Pace: pace, CorrelationID: "test", Journal: w}
	return s.Send(ctx, intake.Remaining(ids, w))
}

func organizations(n int) []org.ID {
	var ids []org.ID
	for i := range n {
		ids = append(ids, org.ID(fmt.Sprintf("org-%d", i)))
	}
	return ids
}

func bodies(ids []org.ID) []string {
	var all []string
	for _, id := range ids {
		all = append(all, intake.Body(id, "test"))
	}
	return all
}

// finish runs the command again, which must send the rest: each organization has a
// message then, and no more than extra have two.
func (w *world) finish(t *testing.T, name string, ids []org.ID, extra int) {
	t.Helper()
	if result, err := w.run(t.Context(), 10, ids); err != nil || result.Left != 0 {
		t.Errorf("%s: the next run: %+v, %v", name, result, err)
	}
	counts := map[string]int{}
	for _, body := range w.got {
		counts[body]++
	}
	for _, body := range bodies(ids) {
		if counts[body] == 0 {
			t.Errorf("%s: %s never came", name, body)
		}
	}
	if twice := len(w.got) - len(ids); twice > extra || len(counts) != len(ids) {
		t.Errorf("%s: %d messages came twice, want at most %d; of %d organizations", name, twice, extra, len(counts))
	}
}

func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

var errDown = errors.New("dial tcp: connection refused")
