// Package retry is how the operators' tool waits: a pause that a context ends, a
// retry with pauses that double, and a grace period for a call that is under way
// when the operator presses Ctrl-C.
package retry

import (
	"context"
	"math/rand/v2"
	"time"
)

// Pause waits for d. It reports false, without waiting any longer, if ctx ends first.
func Pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Do calls try until it reports that another attempt can't help, at most attempts
// times, or until ctx ends in a pause. The first pause takes about first, each
// next one twice as long; 25 % of jitter spread what failed together.
func Do(ctx context.Context, attempts int, first time.Duration, try func() (again bool)) {
	for pause := first; try() && attempts > 1; pause *= 2 {
		attempts--
		if !Pause(ctx, pause*3/4+rand.N(pause/2)) {
			return
		}
	}
}

// Outlast returns a context with ctx's values that ends grace after ctx does, for
// a call that is better finished than broken off.
func Outlast(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		Pause(longer, grace)
		cancel()
	})
	return longer, func() { stop(); cancel() }
}
