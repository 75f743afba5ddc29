package proof

import (
	"fmt"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// path is a way that a message can take: what is there before, who comes in
// between, and what a person has to do if it's a matter for one.
type path struct {
	name   string
	region string // virginia if empty
	// settings are changes to the function's environment.
	settings map[string]string
	ids      []org.ID // whose messages are sent, one each; xmsqa1 if nil
	// bodies are messages beside those, which can never work.
	bodies []string
	before func(*world)
	// meanwhile is somebody's doing right before a call, the first time.
	meanwhile map[target]func(*world)
	// mend is what an operator does before replaying the dead letter; nil if
	// nothing but waiting is called for.
	mend func(*world)
	// twice: the message is delivered two times at once.
	twice bool
	home  string // where xmsqa1's bucket shall be in the end; empty if that depends
	was   string // where it was before, if it was
	// leaving: the path is one of many that differ in when a stranger leaves.
	leaving bool
}

const (
	id = org.ID("xmsqa1")
	n1 = "fusion-rms-xmsqa1"
	n2 = "fusion-rms-xmsqa1-935799716578-us-east-1-an"
	n3 = "fusion-rms-xmsqa1-2" // given by a person
)

// result is what became of a run.
type result struct {
	checker *checker
	calls   []made // of the path itself, in their order
	trace   []string
	broken  bool // the breakage was met
	sent    int  // messages
}

// play sends the path's messages with something broken, nil for nothing, and
// does what operators do until all is well. It has to be called in a bubble.
func (p path) play(b *breakage) result {
	w := newWorldWith(p.settings, p.regionOr(), newClock(), p.idsOr()...)
	defer w.end()
	if p.before != nil {
		w.others(p.before)
	}
	w.check.rebase()
	if p.was != "" {
		w.check.homes[id] = p.was
	}
	w.keep = p.home
	p.interfere(w)
	w.wire.strike = b.strike
	for _, id := range p.idsOr() {
		w.queue.send(id, fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q}`, id))
	}
	for _, body := range p.bodies {
		w.queue.send("", body)
	}
	w.drain(p.twice, b.delivered)
	p.settle(w, b)
	b.end()
	calls := slices.Clone(w.wire.calls)
	if len(w.check.violations) == 0 {
		p.settled(w)
	}
	return result{w.check, calls, w.wire.trace, b.met(), w.queue.sent}
}

// interfere lets others come in between, each once.
func (p path) interfere(w *world) {
	done := map[target]bool{}
	w.wire.meanwhile = func(c call) {
		if act := p.meanwhile[c.target]; act != nil && !done[c.target] {
			done[c.target] = true
			w.others(act)
		}
	}
}

// settle mends what is broken, and lets operators do the rest.
func (p path) settle(w *world, b *breakage) {
	b.mend()
	if p.mend != nil {
		w.wire.mu.Lock()
		w.others(p.mend)
		w.wire.mu.Unlock()
	}
	w.operate(b)
}

// settled checks that everything is finished: one more message of each
// organization finds nothing to do.
func (p path) settled(w *world) {
	if w.check.exceptions[AllReadsOld] > 0 { // what was called ready may not have been
		for _, id := range p.idsOr() {
			w.queue.send(id, fmt.Sprintf(`{"orgId":%q}`, id))
		}
		w.drain(false, func() {})
	}
	before := len(w.wire.calls)
	for _, id := range p.idsOr() {
		m := w.queue.send(id, fmt.Sprintf(`{"orgId":%q}`, id))
		w.drain(false, func() {})
		about := w.topic.outcomesFor(m)
		if len(about) != 1 || about[0].Status != "unchanged" {
			w.check.violate(FinishedNeedsNoWrite, "a message of %s in the end led to %+v", id, about)
		}
	}
	for _, m := range w.wire.calls[before:] {
		if c := (call{target: m.target}); c.writes() || c.operation == "CreateBucket" {
			w.check.violate(FinishedNeedsNoWrite, "there was nothing to do, but a delivery did %s", m.target)
		}
	}
	home := w.check.homes[id]
	switch {
	case p.home == "", home == p.home:
	case slices.Contains(w.check.overlooked[id], p.home):
		w.check.exceptions[AllLooksOld]++
	default:
		w.check.violate(EndsReady, "the home is %q, not %q", home, p.home)
	}
}

func (p path) regionOr() string {
	if p.region == "" {
		return virginia
	}
	return p.region
}

func (p path) idsOr() []org.ID {
	if p.ids == nil {
		return []org.ID{id}
	}
	return p.ids
}
