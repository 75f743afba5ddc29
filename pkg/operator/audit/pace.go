package audit

import (
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/time/rate"
)

// Pace limits the rate of requests to perSecond, evenly and for all workers
// together. The SDK's retries count; a bucket takes about five requests,
// seven if it is visited.
func Pace(next aws.HTTPClient, perSecond float64) aws.HTTPClient {
	return paced{next, rate.NewLimiter(rate.Limit(perSecond), 1)}
}

type paced struct {
	next    aws.HTTPClient
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
