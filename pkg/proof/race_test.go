package proof

import "slices"

// history is what came before what in a run: for each move the earlier ones that
// it can't come before.
type history struct {
	path   []node
	causes []int // the move without which it wouldn't have come up, -1 for none
	before [][]bool
}

func (e *explorer) history() *history {
	h := &history{path: e.path}
	for j := range e.path {
		h.causes = append(h.causes, h.causeOf(j))
		known := make([]bool, len(e.path))
		for i := range j {
			if i == h.causes[j] || !h.move(i).independent(h.move(j)) {
				known[i] = true
				for k := range i {
					known[k] = known[k] || h.before[i][k]
				}
			}
		}
		h.before = append(h.before, known)
	}
	return h
}

func (h *history) move(i int) move { return h.path[i].chosen }

// causeOf finds the move after which j's call was waiting for the first time. It
// may have needed others of its lane as well; not to know them costs only work.
func (h *history) causeOf(j int) int {
	i := j
	for i > 0 && slices.ContainsFunc(h.path[i-1].moves, h.move(j).sameCall) {
		i--
	}
	if i > 0 && h.move(i-1).lane == h.move(j).lane {
		return i - 1
	}
	return -1
}

// race reports whether i and j depend on each other and nothing else orders them.
func (h *history) race(i, j int) bool {
	if i == h.causes[j] || h.move(i).independent(h.move(j)) {
		return false
	}
	for k := i + 1; k < j; k++ {
		if h.before[k][i] && h.before[j][k] {
			return false
		}
	}
	return true
}

// findRaces marks, for every two moves that could have come the other way round,
// where to go back to.
func (e *explorer) findRaces() {
	h := e.history()
	for j := range e.path {
		for i := range j {
			if h.race(i, j) {
				e.path[i].turnAround(h.firsts(i, j))
			}
		}
	}
}

// firsts are the moves that could come in i's place on a way that has j before i.
func (h *history) firsts(i, j int) (moves []move) {
	var without []int // i and what comes of it
	for k := i + 1; k <= j; k++ {
		if k == j || !h.before[k][i] {
			if !slices.ContainsFunc(without, func(l int) bool { return h.before[k][l] }) {
				moves = append(moves, h.move(k))
			}
			without = append(without, k)
		}
	}
	return moves
}

// turnAround has one of the moves tried, unless one is or was. If none could be
// made here, all are tried that can.
func (n *node) turnAround(firsts []move) {
	possible := slices.DeleteFunc(slices.Clone(firsts), func(m move) bool { return !slices.Contains(n.moves, m) })
	if len(possible) == 0 {
		n.todo = append(n.todo, n.moves...)
		return
	}
	for _, m := range possible {
		if m == n.chosen || slices.Contains(n.todo, m) || slices.Contains(n.tried, m) {
			return
		}
	}
	n.todo = append(n.todo, possible[0])
}
