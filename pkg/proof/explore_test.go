package proof

import (
	"fmt"
	"slices"
)

// explorer goes through the orders of moves, depth first. Of orders that differ
// only in how independent moves follow each other it takes one: it goes back only
// to where two moves that depend on each other could have come the other way
// round, and a move that was tried sleeps until something happens that it depends
// on (Abdulla, Aronis, Jonsson, Sagonas: "Optimal Dynamic Partial Order
// Reduction", 2014: source sets and sleep sets).
type explorer struct {
	path  []node
	depth int // of the run that is under way
	// orders are complete, cut are those that were seen to be like another.
	orders, cut int
	ended       bool // the run was cut
	diverged    string
}

// node is a point at which there was a choice.
type node struct {
	moves  []move
	asleep []move
	tried  []move
	todo   []move // to be tried, too
	chosen move
}

// begin begins a run.
func (e *explorer) begin() { e.depth, e.ended = 0, false }

// choose says which move is next, and false if all that's left sleeps.
func (e *explorer) choose(moves []move) (move, bool) {
	if e.depth == len(e.path) {
		n := node{moves: moves, asleep: e.sleepers()}
		i := slices.IndexFunc(moves, func(m move) bool { return !slices.Contains(n.asleep, m) })
		if i < 0 {
			e.ended = true
			return move{}, false
		}
		n.chosen = moves[i]
		e.path = append(e.path, n)
	}
	n := e.path[e.depth]
	if !slices.Equal(n.moves, moves) && e.diverged == "" {
		e.diverged = fmt.Sprintf("at move %d there was once the choice of %v, then of %v", e.depth, n.moves, moves)
	}
	e.depth++
	return n.chosen, true
}

// sleepers are the moves that sleep after the last one that was chosen.
func (e *explorer) sleepers() (asleep []move) {
	if len(e.path) == 0 {
		return nil
	}
	last := e.path[len(e.path)-1]
	for _, m := range slices.Concat(last.asleep, last.tried) {
		if m.independent(last.chosen) {
			asleep = append(asleep, m)
		}
	}
	return asleep
}

// advance turns to the next order, and reports whether there is one.
func (e *explorer) advance() bool {
	if e.ended {
		e.cut++
	} else {
		e.orders++
	}
	e.findRaces()
	for len(e.path) > 0 {
		n := &e.path[len(e.path)-1]
		n.tried = append(n.tried, n.chosen)
		if next, found := n.next(); found {
			n.chosen = next
			return true
		}
		e.path = e.path[:len(e.path)-1]
	}
	return false
}

// next is a move that is to be tried and neither was nor sleeps. A call that meets
// another write is another end of the same call.
func (n *node) next() (move, bool) {
	for _, m := range n.moves {
		due := slices.Contains(n.todo, m) || slices.ContainsFunc(n.tried, m.sameCall)
		if due && !slices.Contains(n.tried, m) && !slices.Contains(n.asleep, m) {
			return m, true
		}
	}
	return move{}, false
}
