package proof

import (
	"context"
	"hash/fnv"
	"sync"
	"time"
)

// clock has every call take about the same time, and as on AWS, of two writes to
// one bucket's configuration that overlap the later one is told so.
type clock struct {
	mu      sync.Mutex
	writing map[string]int // by bucket
}

func newClock() *clock { return &clock{writing: map[string]int{}} }

// eachWay is how long a request, and its answer, is under way.
const eachWay = 15 * time.Millisecond

func (k *clock) arrive(ctx context.Context, c call) (d *defect, err error) {
	if c.configures() {
		k.mu.Lock()
		if k.writing[c.bucket] > 0 {
			d = &aborted
		}
		k.writing[c.bucket]++
		k.mu.Unlock()
	}
	return d, pause(ctx, eachWay+offset(c))
}

func (k *clock) leave(ctx context.Context, c call) error {
	if c.configures() {
		defer func() {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.writing[c.bucket]--
		}()
	}
	return pause(ctx, eachWay)
}

// offset keeps calls that begin together from arriving together, always in the
// same order.
func offset(c call) time.Duration {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(c.target.String())) // never fails
	return time.Duration(sum.Sum32()%1000) * time.Microsecond
}

// pause waits; the error is ctx's.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
