package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// report counts what was run, and says what was found.
type report struct {
	mu                                                 sync.Mutex
	paths, defects                                     map[string]bool
	runs, orders, seeds, deliveries, calls, sent, died int
	exceptions                                         map[Exception]int
	violations                                         map[Invariant]int
	caught                                             []string // mutants
}

var total = report{paths: map[string]bool{}, defects: map[string]bool{}, exceptions: map[Exception]int{}, violations: map[Invariant]int{}}

func (r *report) path(name string)   { r.paths[name] = true }
func (r *report) defect(name string) { r.defects[name] = true }

// mostSaid is how many violations of a test are told in full.
const mostSaid = 5

// add counts a run and tells t of its violations, with the command that repeats it.
func (r *report) add(t *testing.T, k *checker, sent int, what, again string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.runs++
	r.deliveries += k.invocations
	r.calls += k.checks
	r.sent += sent
	r.died += k.deadLetters
	for e, n := range k.exceptions {
		r.exceptions[e] += n
	}
	for _, v := range k.violations {
		r.violations[v.invariant]++
		if r.violations[v.invariant] > mostSaid {
			t.Fail()
			continue
		}
		t.Errorf("violation of %s: %s\n  %s\n  again: %s\n  calls until then:\n    %s", v.invariant, v.text, what, again, strings.Join(v.trace, "\n    "))
	}
}

// String is the report.
func (r *report) String() string {
	var out strings.Builder
	line := func(n int, what string) {
		if n > 0 {
			fmt.Fprintf(&out, "%9d %s\n", n, what)
		}
	}
	line(len(r.paths), "paths")
	line(len(r.defects), "faults")
	line(r.runs, "runs")
	line(r.orders, "interleavings of two deliveries, exhaustively")
	line(r.seeds, "seeds of up to 64 deliveries at once")
	line(r.sent, "messages")
	line(r.deliveries, "deliveries")
	line(r.died, "dead letters")
	line(r.calls, "calls, the invariants checked after each")
	for _, e := range slices.Sorted(maps.Keys(r.exceptions)) {
		fmt.Fprintf(&out, "%9d %s (stated exception: %s)\n", r.exceptions[e], e, e.stated().Is)
	}
	n := 0
	for i, times := range r.violations {
		n += times
		fmt.Fprintf(&out, "%9d violations of %s\n", times, i)
	}
	if r.runs > 0 {
		fmt.Fprintf(&out, "%9d violations\n", n)
	}
	line(len(r.caught), "deliberate bugs, each caught by the invariant before it:")
	for _, m := range r.caught {
		fmt.Fprintf(&out, "          %s\n", m)
	}
	return out.String()
}

// stated is what is said of an exception.
func (e Exception) stated() Excuse {
	all := Exceptions()
	return all[slices.IndexFunc(all, func(x Excuse) bool { return x.Exception == e })]
}
