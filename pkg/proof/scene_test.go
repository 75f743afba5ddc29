package proof

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// scene is what a seed stands for.
type scene struct {
	seed     int64
	random   *rand.Rand
	region   string
	workers  int
	before   func(*world)
	begins   string // before, in words
	leaves   int    // the stranger goes before this step; 0 is never
	conflict bool   // overlapping writes may be aborted
	lag      s3fake.Lag
	// differ: each read lags by a time of its own.
	differ bool
	style  style
	// redirects: reads of the tags of a new bucket may be redirected, as while
	// its name isn't known everywhere.
	redirects bool
}

// draw makes a scene of a seed. Every second one is of the kind that is hardest: a
// few deliveries, a stranger who leaves while they look, reads that lag.
func draw(seed int64) *scene {
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	s := &scene{seed: seed, random: r, region: virginia, workers: crowd(r), conflict: r.IntN(2) == 0, style: style(r.IntN(3)), redirects: r.IntN(3) == 0}
	if r.IntN(4) == 0 {
		s.region = bahrain
	}
	if seed%2 == 0 {
		s.drawHard()
		return s
	}
	s.drawBeginning()
	s.drawLag()
	return s
}

func (s *scene) drawHard() {
	r := s.random
	s.workers, s.redirects = 2+r.IntN(5)/4, false
	s.begins, s.before, s.leaves = "name foreign", there(n1, of(stranger, s.region)), 2+r.IntN(8)
	switch r.IntN(4) {
	case 0, 1:
		s.redirects = true
	case 2:
		d := time.Duration(r.IntN(16)) * step
		s.lag = s3fake.Lag{Existence: d, Tags: d}
	case 3:
		s.differ = true
	}
}

// drawBeginning draws what is there before, and when the stranger leaves.
func (s *scene) drawBeginning() {
	switch s.random.IntN(6) {
	case 0:
		s.begins, s.before = "nothing there", func(*world) {}
	case 1:
		s.begins, s.before = "half made", there(n1, folder)
	default:
		s.begins, s.before = "name foreign", there(n1, of(stranger, s.region))
		if s.random.IntN(4) > 0 {
			s.leaves = 1 + s.random.IntN(8*s.workers)
		}
	}
}

// drawLag draws by how many calls reads are behind: all alike, each kind by its
// own, or each read by its own.
func (s *scene) drawLag() {
	lag := func() time.Duration { return time.Duration(s.random.IntN(6)) * step }
	switch s.random.IntN(8) {
	case 0, 1:
		s.lag = s3fake.Lagging(lag())
	case 2:
		s.differ = true
	case 3:
		s.lag = s3fake.Lag{Existence: lag(), Tags: lag(), AccessBlock: lag(), Policy: lag()}
	}
}

// crowd is how many deliveries run at once: mostly few, since what goes wrong
// goes wrong with few, and up to 64.
func crowd(r *rand.Rand) int {
	switch n := r.IntN(20); {
	case n < 12:
		return 2 + r.IntN(3)
	case n < 17:
		return 5 + r.IntN(6)
	case n < 19:
		return 11 + r.IntN(14)
	}
	return 25 + r.IntN(40)
}

// String tells what the seed stands for.
func (s *scene) String() string {
	return fmt.Sprintf("seed %d: %s, %d deliveries at once, %s, the stranger leaves before step %d, order %d, conflicts %v, redirects %v, reads lag %v, each otherwise %v",
		s.seed, s.region, s.workers, s.begins, s.leaves, s.style, s.conflict, s.redirects, s.lag, s.differ)
}
