package proof

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
	"github.com/fusionpos/orgbucket/pkg/proof"
)

// report counts what was run.
type report struct {
	mu                                                             sync.Mutex
	paths, calls, defects, ways                                    map[string]bool
	runs, kills, messages, replays, busy, deliveries, seen, cutOff int
	exceptions                                                     map[proof.Exception]int
	violations                                                     map[proof.Invariant]int
	caught, strays                                                 []string
	troubles                                                       []error
}

var total = report{
	paths: map[string]bool{}, calls: map[string]bool{}, defects: map[string]bool{}, ways: map[string]bool{},
	exceptions: map[proof.Exception]int{}, violations: map[proof.Invariant]int{},
}

func (p *report) with(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

func (p *report) sent()                       { p.with(func() { p.messages++ }) }
func (p *report) kill(n int)                  { p.with(func() { p.kills += n }) }
func (p *report) delivery()                   { p.with(func() { p.deliveries++ }) }
func (p *report) exception(e proof.Exception) { p.with(func() { p.exceptions[e]++ }) }

// replay counts a dead letter that is moved back: of a busy machine, if there is nothing left to mend.
func (p *report) replay(busy bool) {
	p.with(func() {
		if p.replays++; busy {
			p.busy++
		}
	})
}

// stray notes a request of the function on a bucket that no organization here can have.
func (p *report) stray(what string) { p.with(func() { p.strays = append(p.strays, what) }) }

// trouble sorts what the system reports: killed processes are meant.
func (p *report) trouble(err error) {
	p.with(func() {
		if _, crashed := errors.AsType[*lambdasim.CrashError](err); crashed {
			p.cutOff++
			return
		}
		p.troubles = append(p.troubles, err)
	})
}

// add counts a run and tells t of its violations, with the command that repeats it.
func (p *report) add(t *testing.T, r *run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p.with(func() {
		if p.runs++; testing.Verbose() && p.runs%100 == 0 {
			fmt.Printf("%d runs …\n", p.runs)
		}
		p.seen += len(r.calls)
		p.paths[r.path.name] = true
		if r.call != "" {
			p.calls[r.path.name+": "+r.call], p.defects[r.name], p.ways[r.way()] = true, true, true
		}
		for _, v := range r.violations {
			p.violations[v.invariant]++
			t.Errorf("violation of %s: %s\n  %s (organization %s)\n  again: %s\n  calls:\n    %s", v.invariant, v.text, r, r.id, r.again(), strings.Join(r.calls, "\n    "))
		}
	})
}

// String is the report.
func (p *report) String() string {
	var out strings.Builder
	line := func(n int, what string) { fmt.Fprintf(&out, "%9d %s\n", n, what) }
	line(len(p.paths), "paths")
	line(len(p.calls), "S3 calls of them broken")
	line(len(p.defects), "faults, in "+fmt.Sprint(len(p.ways))+" ways (once, for good)")
	line(p.runs, "runs, each with an organization of its own")
	line(p.kills, "processes killed")
	line(p.messages, "messages")
	line(p.replays, "dead letters mended and replayed")
	line(p.busy, "of them with nothing to mend: the machine was too busy")
	line(p.deliveries, "deliveries that ended")
	line(p.cutOff, "batches cut off")
	line(p.seen, "S3 calls of the function, the writes judged before their answer was seen")
	for _, e := range slices.Sorted(maps.Keys(p.exceptions)) {
		line(p.exceptions[e], string(e)+" (stated exception)")
	}
	n := 0
	for _, i := range slices.Sorted(maps.Keys(p.violations)) {
		line(p.violations[i], "violations of "+string(i))
		n += p.violations[i]
	}
	line(n, "violations")
	for _, m := range p.caught {
		fmt.Fprintf(&out, "          deliberate bug caught: %s\n", m)
	}
	return out.String()
}
