package proof

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

const (
	sampleSeeds = 100
	allSeeds    = 4000
)

// TestRandomOrdersOfManyDeliveries runs duplicates of one organization, each seed
// in another order of their calls. Seeds are replayed with -seed.
func TestRandomOrdersOfManyDeliveries(t *testing.T) {
	from, to := int64(0), int64(sampleSeeds)
	if *full {
		to = allSeeds
	}
	if *seed >= 0 {
		from, to = *seed, *seed+1
	}
	for n := from; n < to; n++ {
		s, w := draw(n), (*world)(nil)
		synctest.Test(t, func(*testing.T) { w = s.play() })
		total.seeds++
		if n%500 == 499 {
			progress("%5d seeds", n+1)
		}
		total.add(t, w.check, w.queue.sent, s.String(), fmt.Sprintf("go test ./pkg/proof -run TestRandomOrders -seed %d -v", n))
	}
}

// play runs the scene and has operators settle what it leaves.
func (s *scene) play() *world {
	o := &orderly{}
	w := newWorld(s.region, o, id)
	defer w.end()
	w.others(s.before)
	w.check.excuses = s.excuses()
	w.s3.SetLag(s.lag)
	l := &lanes{}
	l.start(w, s.workers)
	o.run(l.left, s.choose(w))
	o.release()
	w.s3.SetLag(s3fake.Lag{})
	w.operate(nil)
	if len(w.check.violations) == 0 {
		path{}.settled(w)
	}
	return w
}

// excuses: where reads lag, two buckets may get the policy. At most one of them
// may be announced all the same.
func (s *scene) excuses() map[Invariant]Exception {
	if s.lag == (s3fake.Lag{}) && !s.differ {
		return nil
	}
	return TwoPoliciesOneHome.excuses()
}

func TestASeedIsTheSameOrderEveryTime(t *testing.T) {
	for n := range int64(8) {
		var traces [2][]string
		for i := range traces {
			synctest.Test(t, func(*testing.T) { traces[i] = draw(n).play().wire.trace })
		}
		for i := range min(len(traces[0]), len(traces[1])) {
			if traces[0][i] != traces[1][i] {
				t.Fatalf("seed %d: call %d was once %s, then %s", n, i, traces[0][i], traces[1][i])
			}
		}
		if len(traces[0]) != len(traces[1]) {
			t.Fatalf("seed %d: once %d calls, then %d", n, len(traces[0]), len(traces[1]))
		}
	}
}
