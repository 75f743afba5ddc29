package proof

import (
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// style is how a scene draws the order of calls.
type style int

const (
	// evenly: any call that waits.
	evenly style = iota
	// byLane: one delivery is ahead for long, then another.
	byLane
	// byKind: of each delivery some calls are fast and some are slow.
	byKind
)

// choose draws the order.
func (s *scene) choose(w *world) func([]*turn) (int, *defect) {
	steps := 0
	pick := map[style]func([]*turn) int{
		evenly: func(turns []*turn) int { return s.random.IntN(len(turns)) },
		byLane: s.laneAfterLane(),
		byKind: s.kindAfterKind(),
	}[s.style]
	return func(turns []*turn) (int, *defect) {
		if steps++; steps == s.leaves {
			w.others(gone(n1))
		}
		if s.differ {
			w.s3.SetLag(s3fake.Lagging(time.Duration(s.random.IntN(10)) * step))
		}
		i := pick(turns)
		return i, s.wrong(w, turns[i], turns)
	}
}

// wrong draws what is wrong with a call.
func (s *scene) wrong(w *world, t *turn, turns []*turn) *defect {
	switch {
	case s.conflict && overlaps(t, turns) && s.random.IntN(3) == 0:
		return &aborted
	case s.redirects && t.operation == "GetBucketTagging" && w.check.isNew(t.bucket) && s.random.IntN(2) == 0:
		return &redirected
	}
	return nil
}

// laneAfterLane takes a call of the lane with the lowest rank, which at some
// points goes to the end (Burckhardt et al., "A Randomized Scheduler with
// Probabilistic Guarantees of Finding Bugs", 2010).
func (s *scene) laneAfterLane() func([]*turn) int {
	rank, steps, change := s.random.Perm(s.workers), 0, map[int]bool{}
	for range 1 + s.random.IntN(4) {
		change[1+s.random.IntN(12*s.workers)] = true
	}
	return func(turns []*turn) int {
		best := 0
		for i, t := range turns {
			if rank[t.by.lane] < rank[turns[best].by.lane] || t.by == turns[best].by && s.random.IntN(2) == 0 {
				best = i
			}
		}
		if steps++; change[steps] {
			rank[turns[best].by.lane] += s.workers * steps
		}
		return best
	}
}

// kindAfterKind gives each lane's calls of a kind a rank of their own.
func (s *scene) kindAfterKind() func([]*turn) int {
	type kind struct {
		lane              int
		operation, bucket string
	}
	ranks := map[kind]float64{}
	rank := func(t *turn) float64 {
		k := kind{t.by.lane, t.operation, t.bucket}
		if _, known := ranks[k]; !known {
			ranks[k] = s.random.Float64()
		}
		return ranks[k]
	}
	return func(turns []*turn) int {
		best := 0
		for i, t := range turns {
			if rank(t) < rank(turns[best]) {
				best = i
			}
		}
		return best
	}
}
