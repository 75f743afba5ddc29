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

// Pace limits the rate of requests to perSecond, evenly and for all workers
// together. The SDK's retries count; a bucket takes about five requests,
// seven if it is visited.
func Pace(next Doer, perSecond float64) Doer {
	return paced{next, rate.NewLimiter(rate.Limit(perSecond), 1)}
}

type paced struct {
	next    Doer
	limiter *rate.Limiter
}

// Do waits for the request's turn, or until its context ends.
func (p paced) Do(r *http.Request) (*http.Response, error) {
	if err := p.limiter.Wait(r.Context()); err != nil {
		// A turn that would come too late is refused before the context ends, and who asked
		// has to see that it was the end.
		<-r.Context().Done()
		if r.Body != nil {
			_ = r.Body.Close() // as a transport must
		}
		return nil, fmt.Errorf("wait for the request's turn: %w", err)
	}
	return p.next.Do(r)
}
