package proof

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// stride: the sample takes one of so many runs of the matrix. It has no factor in
// common with the number of ways to break a call, so that every way comes with
// every path sooner or later.
const stride = 151

// TestFaultMatrix breaks every call of every path in every way, and has done what
// queue and operators do afterwards.
func TestFaultMatrix(t *testing.T) {
	n, broken := 0, 0
	sample := func() bool { n++; return *full || *onlyCall != "" || n%stride == 0 }
	for _, p := range append(paths(), leavingPaths(t)...) {
		if !asked(*onlyPath, p.name) {
			continue
		}
		total.path(p.name)
		var some []*breakage
		all := p.breakages(p.calls(t))
		for i, b := range all {
			// A short path is in the sample, too, and a fault that only few calls can have:
			// how many calls come before them differs a little from run to run.
			if sample() || len(some) == 0 && i == len(all)-1 || !total.defects[b.defect.name] {
				some = append(some, b)
				total.defect(b.defect.name)
			}
		}
		broken += len(some)
		if len(some) == 0 && *onlyCall+*onlyHow+*onlyMode == "" {
			t.Errorf("the sample breaks nothing of the path %q", p.name)
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			for _, b := range some {
				p.broken(t, b)
			}
			progress("%5d ways to break: %s", len(some), p.name)
		})
	}
	if broken == 0 {
		t.Errorf("nothing was broken: no path, call, fault and mode are called so")
	}
	if *onlyPath+*onlyCall+*onlyHow+*onlyMode == "" && len(total.defects) != len(defects()) {
		t.Errorf("the sample has only the faults %v", total.defects)
	}
}

// calls are those that the path makes with nothing broken.
func (p path) calls(t *testing.T) []target {
	r := p.alone(t, nil)
	total.add(t, r.checker, r.sent, p.name, fmt.Sprintf("go test ./pkg/proof -run TestFaultMatrix -path %q", p.name))
	return r.distinct()
}

// alone plays the path in a bubble of its own.
func (p path) alone(t *testing.T, b *breakage) (r result) {
	synctest.Test(t, func(*testing.T) { r = p.play(b) })
	return r
}

// TestABreakageEndsWithItsPath breaks a call that the path doesn't come to, but
// the message does that is sent when all is settled.
func TestABreakageEndsWithItsPath(t *testing.T) {
	p := path{name: "unchanged", before: there(n1, complete), was: n1, home: n1}
	looks := 0
	for _, m := range p.alone(t, nil).calls {
		if m.target.operation == "GetBucketTagging" && m.target.bucket == n1 {
			looks++
		}
	}
	for _, m := range allModes {
		r := p.alone(t, &breakage{at: target{toS3, "GetBucketTagging", n1, looks + 1}, defect: defects()[0], mode: m})
		if r.broken || len(r.checker.violations) > 0 {
			t.Errorf("%s: it struck after the path was over (%v): %+v", m, r.broken, r.checker.violations)
		}
	}
}

// TestATopicThatHangsLeavesNoTimeForTheNext has nothing answer any more when two
// messages of one organization, which come one after the other, are in a batch: the
// first one's failure takes all the time there is to publish.
func TestATopicThatHangsLeavesNoTimeForTheNext(t *testing.T) {
	p := path{name: "a batch with the organization twice", ids: []org.ID{id, id}, home: n1}
	for _, d := range defects() {
		if !d.hang {
			continue
		}
		r := p.alone(t, &breakage{at: target{toS3, "GetBucketTagging", n1, 1}, defect: d, mode: outage})
		if len(r.checker.violations) > 0 || !r.broken || !d.works && r.checker.exceptions[LastReceiveUnfinished] != 2 {
			t.Errorf("%s: met %v, exceptions %v, %+v", d.name, r.broken, r.checker.exceptions, r.checker.violations)
		}
	}
}

// distinct lists the calls. What a later delivery does just like an earlier one,
// as when a message comes again and again, counts once; when a dead letter is
// replayed the world is another one, so that counts anew.
func (r result) distinct() (calls []target) {
	seen := map[made]bool{}
	inDelivery := map[made]int{}
	for _, m := range r.calls {
		place := m
		place.nth = 0
		inDelivery[place]++
		place.nth = inDelivery[place]
		place.delivery = 0
		if !seen[place] {
			seen[place] = true
			calls = append(calls, m.target)
		}
	}
	return calls
}

// breakages are all ways to break one of the calls.
func (p path) breakages(calls []target) (all []*breakage) {
	modes := allModes
	if p.leaving {
		modes = []mode{once, forGood}
	}
	for _, at := range calls {
		for _, d := range defects() {
			for _, m := range modes {
				if d.hits(at) && asked(*onlyCall, at.String()) && asked(*onlyHow, d.name) && asked(*onlyMode, m.String()) {
					all = append(all, &breakage{at: at, defect: d, mode: m})
				}
			}
		}
	}
	return all
}

// broken plays the path with something broken.
func (p path) broken(t *testing.T, b *breakage) {
	r := p.alone(t, b)
	again := fmt.Sprintf("go test ./pkg/proof -run TestFaultMatrix -path %q -call %q -defect %q -mode %q", p.name, b.at, b.defect.name, b.mode)
	total.add(t, r.checker, r.sent, fmt.Sprintf("%s; %s", p.name, b), again)
	if !r.broken && !p.twice { // there, pauses of random length decide who does what
		t.Errorf("%s; %s: the run didn't come to that call", p.name, b)
	}
}
