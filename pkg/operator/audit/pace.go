package audit

import (
	"fmt"
	"net/http"

	"golang.org/x/time/rate"
)

// Doer sends HTTP requests, as the AWS SDK wants it.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Pace makes every request wait for its turn: perSecond of them in a second, all
// workers together, evenly. It counts requests, not buckets, and so the SDK's
// retries, too; a bucket takes about five.
func Pace(next Doer, perSecond float64) Doer {
	return paced{next, rate.NewLimiter(rate.Limit(perSecond), 1)}
}

type paced struct {
	next    Doer
	limiter *rate.Limiter
}

// Do waits for its turn, or until the request's context ends.
func (p paced) Do(r *http.Request) (*http.Response, error) {
	if err := p.limiter.Wait(r.Context()); err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // as a transport has to
		}
		return nil, fmt.Errorf("wait for the request's turn: %w", err)
	}
	return p.next.Do(r)
}
