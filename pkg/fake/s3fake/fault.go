package s3fake

import (
	"net/http"
	"sync/atomic"
	"time"
)

// Fault is what goes wrong with one request. Without Hang, Drop and Status it
// only makes the request wait.
type Fault struct {
	// Wait is added to the server's delay, before the work is done.
	Wait time.Duration
	// Works: what was asked for is done all the same, and only the answer is
	// spoilt.
	Works bool
	// Hang: no answer comes before the caller goes away.
	Hang bool
	// Drop: the connection breaks.
	Drop bool
	// Status, Code and Message are the answer, if Status isn't 0.
	Status        int
	Code, Message string
	// Body, if not empty, is sent instead of an error document.
	Body string
	// Header is added to the answer.
	Header http.Header
}

// SetFault sets the hook that is asked about every request, nil for none. The
// hook's nil means that nothing goes wrong. It's called without a lock held, so
// it may change the server's state: somebody else comes in between.
func (s *Server) SetFault(hook func(Request) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = hook
}

// Always is a fault hook for an operation, or for all if it's "".
func Always(operation string, f Fault) func(Request) *Fault {
	return func(r Request) *Fault {
		if operation != "" && r.Operation != operation {
			return nil
		}
		return &f
	}
}

// First is a fault hook for the first n requests of an operation, or of all if it's "".
func First(n int, operation string, f Fault) func(Request) *Fault {
	var seen atomic.Int64
	always := Always(operation, f)
	return func(r Request) *Fault {
		hit := always(r)
		if hit == nil || seen.Add(1) > int64(n) {
			return nil
		}
		return hit
	}
}

func (f *Fault) spoils() bool { return f.Hang || f.Drop || f.Status != 0 }

// answer is the spoilt answer, nil if none is sent.
func (f *Fault) answer() *answer {
	if f.Hang || f.Drop {
		return nil
	}
	a := refuse(f.Status, f.Code, f.Message)
	if f.Body != "" {
		a.body = []byte(f.Body)
		a.header.Set("Content-Type", "text/html")
	}
	for key, values := range f.Header {
		a.header[http.CanonicalHeaderKey(key)] = values
	}
	return &a
}
