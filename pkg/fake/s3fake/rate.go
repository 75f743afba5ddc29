package s3fake

import "time"

// Rate is how many requests an account may make.
type Rate struct {
	PerSecond float64
	// Burst is how many it may make at once after a pause.
	Burst int
}

// SetRate limits how often each account may ask for an operation, or for all
// operations together if it's "". What is too much is answered with 503
// SlowDown and costs nothing of the rate
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). AWS
// publishes no rates of operations on buckets. The zero Rate is no limit.
func (s *Server) SetRate(operation string, r Rate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for who := range s.spent {
		if who.operation == operation {
			delete(s.spent, who)
		}
	}
	delete(s.rates, operation)
	if r != (Rate{}) {
		s.rates[operation] = r
	}
}

// spender is whose rate of which operation.
type spender struct{ account, operation string }

// tokens are the requests that may be made at a time.
type tokens struct {
	left float64
	at   time.Time
}

// throttles tells whether a request is one too many; if not, it's counted.
func (s *Server) throttles(r Request) bool {
	if len(s.rates) == 0 {
		return false
	}
	account := s.identity(r.Caller).Account
	limits := []spender{{account, r.Operation}, {account, ""}}
	for _, who := range limits {
		if rate, limited := s.rates[who.operation]; limited && s.left(who, rate) < 1 {
			return true
		}
	}
	for _, who := range limits {
		if rate, limited := s.rates[who.operation]; limited {
			s.spent[who] = tokens{s.left(who, rate) - 1, time.Now()}
		}
	}
	return false
}

// left is how many requests may be made now.
func (s *Server) left(who spender, rate Rate) float64 {
	before, known := s.spent[who]
	if !known {
		return float64(rate.Burst)
	}
	return min(float64(rate.Burst), before.left+rate.PerSecond*time.Since(before.at).Seconds())
}
