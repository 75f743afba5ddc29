package s3fake

import "time"

// Rate is how many requests an account may make.
type Rate struct {
	PerSecond float64
	// Burst is how many it may make at once after a pause.
	Burst int
}

// SetRate limits how often each account may ask for an operation. A request above
// the rate is answered with 503 SlowDown and doesn't count against it
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). AWS
// publishes no rates of operations on buckets.
func (s *Server) SetRate(operation string, r Rate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rates[operation] = r
}

// spender is an account's use of an operation.
type spender struct{ account, operation string }

// tokens are the requests that may be made at a time.
type tokens struct {
	left float64
	at   time.Time
}

// throttles reports whether a request exceeds the rate; if not, it counts it.
func (s *Server) throttles(r Request) bool {
	rate, limited := s.rates[r.Operation]
	if !limited {
		return false
	}
	who := spender{s.identity(r.Caller).Account, r.Operation}
	left := float64(rate.Burst)
	if before, known := s.spent[who]; known {
		left = min(left, before.left+rate.PerSecond*time.Since(before.at).Seconds())
	}
	if left < 1 {
		return true
	}
	s.spent[who] = tokens{left - 1, time.Now()}
	return false
}
