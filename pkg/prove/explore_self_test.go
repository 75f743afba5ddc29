package prove

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// toy is a program of lanes of writes and reads, small enough to try every order.
type toy [][]move

// left are the moves that could be next after some were made.
func (p toy) left(made []move) (moves []move) {
	for lane, all := range p {
		n := 0
		for _, m := range made {
			if m.lane == lane {
				n++
			}
		}
		if n < len(all) {
			moves = append(moves, all[n])
		}
	}
	return moves
}

// every calls f with every order.
func (p toy) every(made []move, f func([]move)) {
	moves := p.left(made)
	if len(moves) == 0 {
		f(made)
	}
	for _, m := range moves {
		p.every(append(slices.Clone(made), m), f)
	}
}

// likeness is the same for orders that differ only in how independent moves
// follow each other: it says of every two dependent moves which one came first.
func likeness(made []move) string {
	var all []string
	for j, later := range made {
		for _, earlier := range made[:j] {
			if earlier.lane != later.lane && !earlier.independent(later) {
				all = append(all, fmt.Sprint(earlier, " before ", later))
			}
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func TestTheExplorerMissesNoOrderAndRepeatsNone(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	operations := []string{"GetBucketPolicy", "PutBucketPolicy", "GetPublicAccessBlock", "PutPublicAccessBlock", "PutObject", "CreateBucket", "GetBucketTagging"}
	for range 100 {
		p := toy{}
		for lane := range 2 + random.IntN(2) {
			var moves []move
			for n := range 1 + random.IntN(3) {
				at := target{toS3, operations[random.IntN(len(operations))], []string{n1, n2}[random.IntN(2)], n + 1}
				moves = append(moves, move{lane: lane, place: at})
			}
			p = append(p, moves)
		}
		want := map[string]bool{}
		p.every(nil, func(made []move) { want[likeness(made)] = true })
		got := map[string]int{}
		e := &explorer{}
		for more := true; more; more = e.advance() {
			e.begin()
			var made []move
			for moves := p.left(nil); len(moves) > 0; moves = p.left(made) {
				m, ok := e.choose(moves)
				if !ok {
					break
				}
				made = append(made, m)
			}
			if !e.ended {
				got[likeness(made)]++
			}
		}
		if len(got) != len(want) || e.orders != len(want) {
			t.Fatalf("%v: %d different orders in %d runs, there are %d", p, len(got), e.orders, len(want))
		}
	}
}
