package provision

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// A failure that is likely to pass within seconds is retried inside the delivery:
// reads of a bucket's configuration lag behind its changes, and another delivery may
// be between two steps. A failure that lasts longer is left to the queue's redelivery.
const (
	firstPause = 200 * time.Millisecond
	mostTries  = 5 // pauses of about 0.2, 0.4, 0.8 and 1.6 s between them
)

// atWork is how long after another delivery's claim that delivery is assumed to be
// opening the bucket. It is less than all tries take, so that a bucket whose
// delivery was cut off after the claim is finished within this one.
const atWork = 2 * time.Second

// retry calls f until it succeeds, fails with an error for which passes returns
// false, or the tries are used up. It begins no pause that ctx's deadline would cut
// off. If the deadline cuts off a try, retry returns the error of the try before,
// which is the cause.
func retry(ctx context.Context, passes func(error) bool, f func() error) error {
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

// jitter returns 75 to 125 % of d, so that deliveries that began together spread.
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

// passes reports whether an error may pass within seconds.
func (p *provisioning) passes(err error) bool {
	f := fault.Of(err)
	switch {
	case isConflict(err), isDoubt(err):
		return true
	case f.Step != fault.StepPolicy && f.Step != fault.StepAccessBlock && f.Step != fault.StepSearch:
		return false
	case f.Code == fault.Throttled, f.Code == fault.ServiceUnavailable:
		return true // these requests are sent once only
	}
	// Right after the access block was switched off, S3 may still refuse the policy.
	// Its answer may name the access block or not.
	return f.Step == fault.StepPolicy && p.record.has(bucket.FacetAccessBlock) && (f.Code == fault.PublicPolicyBlocked || f.Code == fault.AccessDenied)
}
