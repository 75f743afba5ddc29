package provision

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// What passes by itself within seconds is waited for inside the delivery: S3's
// configuration lags behind its changes, and another delivery may be between
// two steps. What takes longer is left to the queue's redelivery.
const (
	firstPause = 200 * time.Millisecond
	mostTries  = 5 // pauses of about 0.2, 0.4, 0.8 and 1.6 s between them
)

// atWork is how long another delivery that claimed a bucket is taken to be opening
// it, which it does in the same moment: less than all tries take, so that one that
// was cut off there is resumed within the delivery.
const atWork = 2 * time.Second

// again calls f until it succeeds, fails with an error that doesn't pass, or the
// tries are used up. It begins no pause that ctx's deadline would cut off, and if
// the deadline cuts a later try off, the error is that of the try before: the
// cause, not the deadline.
func again(ctx context.Context, passes func(error) bool, f func() error) error {
	pause := firstPause
	var before error
	for try := 1; ; try++ {
		err := f()
		if before != nil && fault.Is(err, fault.DeadlineExceeded) {
			return before
		}
		if err == nil || try == mostTries || !passes(err) {
			return err
		}
		before = err
		if !sleep(ctx, jitter(pause)) {
			return err
		}
		pause *= 2
	}
}

// jitter spreads what began together: 75 to 125 % of d.
func jitter(d time.Duration) time.Duration {
	return d*3/4 + rand.N(d/2)
}

// sleep pauses for d unless ctx would end before.
func sleep(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// passes reports whether an error is one that S3 may only need a moment for.
func (p *provisioning) passes(err error) bool {
	f := fault.Of(err)
	switch {
	case isConflict(err), isDoubt(err):
		return true
	case f.Step != fault.StepPolicy && f.Step != fault.StepAccessBlock:
		return false
	case f.Code == fault.Throttled, f.Code == fault.ServiceUnavailable:
		return true // the SDK sends these writes once only
	}
	// Right after the block was switched off the policy may still be refused,
	// with or without a word about the block.
	return f.Step == fault.StepPolicy && p.record.has(bucket.FacetAccessBlock) && (f.Code == fault.PublicPolicyBlocked || f.Code == fault.AccessDenied)
}
