package proof

import (
	"context"
	"net/http"
	"sync"
)

// wire is what lies between the function and AWS. Every call of the SDK's clients
// comes through it: it says when a call gets through, breaks some, and has the
// invariants checked after each one.
type wire struct {
	world *world
	pace  pacer
	// strike says what is wrong with a call, nil if nothing. It's asked about
	// every attempt, with mu held.
	strike func(call) *defect
	// meanwhile is told of every call before it does its work, with mu held, so
	// that somebody else can come in between.
	meanwhile func(call)
	// grave is closed at the end of the run. Until then killed deliveries wait.
	grave chan struct{}

	mu     sync.Mutex // a call's work and the check after it are one step
	counts map[target]int
	known  map[string]call // by the SDK's id of a call
	trace  []string
	calls  []made
}

// pacer says how long calls take, and so in which order they get through.
type pacer interface {
	// arrive returns when the request gets to AWS, and what is wrong with it there,
	// nil if nothing. The error is ctx's; such a call leaves, too.
	arrive(ctx context.Context, c call) (*defect, error)
	// leave returns when the answer gets back. Every call that arrived leaves, be
	// it to a process that is gone.
	leave(ctx context.Context, c call) error
}

func newWire(w *world, pace pacer) *wire {
	return &wire{
		world: w, pace: pace, grave: make(chan struct{}), counts: map[target]int{}, known: map[string]call{},
		strike: func(call) *defect { return nil }, meanwhile: func(call) {},
	}
}

// buried is what a killed delivery's calls end with after the run. Nobody repeats it.
type buried struct{}

func (buried) Error() string       { return "the process was killed" }
func (buried) CanceledError() bool { return true }

// RoundTrip takes a call the whole way. What was sent when the process is killed
// still does its work.
func (x *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	c := x.begin(understand(r))
	if c.by.dead() {
		return x.bury()
	}
	d := x.struck(c)
	there, err := x.pace.arrive(r.Context(), c)
	if err != nil {
		return x.leave(c, nil, err)
	}
	if d == nil {
		d = there
	}
	answer, err := x.work(c, d)
	switch {
	case d == nil:
	case d.kill:
		c.by.kill()
	default:
		answer, err = d.spoil(c)
	}
	return x.leave(c, answer, err)
}

// leave takes the answer back.
func (x *wire) leave(c call, answer *http.Response, err error) (*http.Response, error) {
	late := x.pace.leave(c.request.Context(), c)
	switch {
	case c.by.dead():
		return x.bury()
	case late != nil:
		return nil, late
	}
	return x.answered(c, answer, err)
}

func (x *wire) struck(c call) *defect {
	x.mu.Lock()
	defer x.mu.Unlock()
	d := x.strike(c)
	if c.service == toTopic { // of several attempts the last one counts
		c.by.told.unheard[eventOfCall(c).Source.MessageID] = d != nil
		c.by.told.topicHung = c.by.told.topicHung || d != nil && d.hang
	}
	return d
}

// work has the server do the work, if the call's defect lets it, and checks what
// has become of the world.
func (x *wire) work(c call, d *defect) (answer *http.Response, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.meanwhile(c)
	if d == nil || d.works {
		answer, err = x.serve(c)
	}
	x.note(c, d, answer)
	x.world.check.moment(c)
	return answer, err
}

// answered lets the checker know what the delivery was told.
func (x *wire) answered(c call, answer *http.Response, err error) (*http.Response, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err != nil {
		return nil, err
	}
	x.world.check.answered(c, answer)
	return answer, nil
}

func (x *wire) serve(c call) (*http.Response, error) {
	switch c.service {
	case toTopic:
		return x.world.publish(c)
	case toQueue:
		return x.world.changeVisibility(c)
	}
	return x.world.s3.RoundTripper().RoundTrip(c.request)
}

// bury never returns to a killed delivery.
func (x *wire) bury() (*http.Response, error) {
	<-x.grave
	return nil, buried{}
}
