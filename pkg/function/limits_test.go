package function

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// TestTheTransportHasItsLimits holds the settings that decide how long a call waits
// and how many connections the process has open, which no fake network can show.
func TestTheTransportHasItsLimits(t *testing.T) {
	transport := NewTransport()
	if transport.TLSHandshakeTimeout != 3*time.Second || transport.ResponseHeaderTimeout != 8*time.Second {
		t.Errorf("a handshake may take %s, an answer %s", transport.TLSHandshakeTimeout, transport.ResponseHeaderTimeout)
	}
	if transport.MaxIdleConns != 100 || transport.MaxIdleConnsPerHost != 64 || transport.IdleConnTimeout != 5*time.Second {
		t.Errorf("%d connections wait, %d of them of a host, for %s", transport.MaxIdleConns, transport.MaxIdleConnsPerHost, transport.IdleConnTimeout)
	}
}

// TestRequestsShareNoBudgetOfRetries: one organization's throttling takes nothing from
// another's calls.
func TestRequestsShareNoBudgetOfRetries(t *testing.T) {
	retryer := newRetryer()
	if retryer.MaxAttempts() != 4 {
		t.Errorf("%d attempts", retryer.MaxAttempts())
	}
	throttled := &retry.MaxAttemptsError{}
	for range 10_000 {
		if _, err := retryer.GetRetryToken(t.Context(), throttled); err != nil {
			t.Fatalf("no retry left: %v (want a limiter like %T)", err, ratelimit.None)
		}
	}
}
