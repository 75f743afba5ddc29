package proof

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// toy is a program that is small enough to try every order: lanes of stages of
// calls. As in a delivery, the calls of a stage are made at once and the next stage
// begins when all of them have ended.
type toy struct {
	lanes  [][][]move
	leaves bool // the stranger, who has n1, leaves at some moment
	aborts int  // so many writes may be aborted, whichever
}

// draw makes a toy of up to three lanes.
func (p *toy) draw(r *rand.Rand) {
	operations := []string{"GetBucketPolicy", "PutBucketPolicy", "GetPublicAccessBlock", "PutPublicAccessBlock", "PutObject", "CreateBucket", "GetBucketTagging"}
	p.leaves, p.aborts = r.IntN(3) == 0, r.IntN(4)/3
	calls := 0 // with more of them there are too many orders to try
	for lane := range 2 + r.IntN(2) {
		var stages [][]move
		for range 1 + r.IntN(3) {
			var stage []move
			for n := 1 + r.IntN(3)/2; n > 0 && calls < 6; n-- {
				calls++
				at := target{toS3, operations[r.IntN(len(operations))], []string{n1, n2}[r.IntN(2)], calls}
				stage = append(stage, move{lane: lane, place: at})
			}
			stages = append(stages, stage)
		}
		p.lanes = append(p.lanes, stages)
	}
}

// left are the moves that could be next after some were made.
func (p *toy) left(made []move) (moves []move) {
	was := func(m move) bool { return slices.ContainsFunc(made, m.sameCall) }
	there, aborts := map[string]bool{n1: p.leaves}, p.aborts
	for _, m := range made {
		switch {
		case m.leaves:
			there[n1] = false
		case m.busy:
			aborts--
		case m.place.operation == "CreateBucket":
			there[m.place.bucket] = true
		}
	}
	for _, stages := range p.lanes {
		for _, stage := range stages {
			waiting := slices.DeleteFunc(slices.Clone(stage), was)
			for _, m := range waiting {
				m.there = m.place.operation == "CreateBucket" && there[m.place.bucket]
				moves = append(moves, m)
				if c := (call{target: m.place}); aborts > 0 && c.configures() {
					m.busy, m.there = true, false
					moves = append(moves, m)
				}
			}
			if len(waiting) > 0 {
				break
			}
		}
	}
	if leaves := (move{leaves: true}); p.leaves && !was(leaves) {
		moves = append(moves, leaves)
	}
	return moves
}

// every calls f with every order.
func (p *toy) every(made []move, f func([]move)) {
	moves := p.left(made)
	if len(moves) == 0 {
		f(made)
	}
	for _, m := range moves {
		p.every(append(slices.Clone(made), m), f)
	}
}

// explored has the explorer choose an order; false if it cuts it short.
func (p *toy) explored(e *explorer) (made []move, complete bool) {
	e.begin()
	for moves := p.left(nil); len(moves) > 0; moves = p.left(made) {
		m, ok := e.choose(moves)
		if !ok {
			return made, false
		}
		made = append(made, m)
	}
	return made, true
}

// likeness is the same for orders that differ only in how independent moves
// follow each other: it says which moves there are, and of every two dependent
// ones which came first.
func likeness(made []move) string {
	var all []string
	for j, later := range made {
		all = append(all, fmt.Sprint(later, later.there))
		for _, earlier := range made[:j] {
			if !earlier.independent(later) {
				all = append(all, fmt.Sprint(earlier, " before ", later))
			}
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func TestTheExplorerMissesNoOrderAndRepeatsNone(t *testing.T) {
	random, orders, toys := rand.New(rand.NewPCG(1, 2)), 0, 40
	if *full {
		toys = 150
	}
	for range toys {
		p := &toy{}
		p.draw(random)
		want, got := map[string]bool{}, map[string]int{}
		p.every(nil, func(made []move) { want[likeness(made)] = true; orders++ })
		e := &explorer{}
		for more := true; more; more = e.advance() {
			if made, complete := p.explored(e); complete {
				got[likeness(made)]++
			}
		}
		if len(got) != len(want) || e.orders != len(want) || e.diverged != "" {
			t.Fatalf("%+v: %d different orders in %d runs, there are %d (%s)", p, len(got), e.orders, len(want), e.diverged)
		}
	}
	t.Logf("%d orders", orders)
}
