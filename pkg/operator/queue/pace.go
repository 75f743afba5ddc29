package queue

import (
	"context"
	"fmt"
	"math"
	"time"

	"golang.org/x/time/rate"
)

// Pace is how fast messages are sent. It may be shared.
type Pace struct {
	perSecond float64
	batch     int
	limiter   *rate.Limiter
}

// NewPace returns a pace of so many messages per second. A slow pace has small
// batches, so that it is steady: never more than one batch above the rate.
func NewPace(perSecond float64) (*Pace, error) {
	if !(perSecond > 0) || math.IsInf(perSecond, 0) {
		return nil, fmt.Errorf("a rate of %v messages per second can't be held", perSecond)
	}
	batch := int(min(BatchLimit, math.Ceil(perSecond)))
	return &Pace{perSecond, batch, rate.NewLimiter(rate.Limit(perSecond), batch)}, nil
}

// Batch returns how many messages are sent at a time.
func (p *Pace) Batch() int { return p.batch }

// Duration returns how long n messages take at least, 30 years at most; the first
// batch is sent at once.
func (p *Pace) Duration(n int) time.Duration {
	seconds := min(float64(max(0, n-p.batch))/p.perSecond, 1e9)
	return time.Duration(seconds * float64(time.Second))
}

// Wait waits until n messages, at most a batch, may be sent. It returns an error if
// ctx ends first.
func (p *Pace) Wait(ctx context.Context, n int) error {
	return p.limiter.WaitN(ctx, n)
}
