package s3fake

import (
	"net/http"
	"sync/atomic"
	"time"
)

// Fault is what goes wrong with one request. A Fault without Hang, Drop and Status
// only delays the request.
type Fault struct {
	// Wait is added to the server's delay, before the work is done.
	Wait time.Duration
	// Works: the request is carried out, and only its answer is replaced.
	Works bool
	// Hang: there is no answer; the request ends with its context.
	Hang bool
	// Drop: the connection is closed without an answer.
	Drop bool
	// Status, Code and Message are the answer, if Status isn't 0.
	Status        int
	Code, Message string
	// Body, if not empty, is sent instead of an error document.
	Body string
	// Header is added to the answer.
	Header http.Header
}

// SetFault sets a hook that is called for every request; nil removes it. A nil Fault
// means that nothing goes wrong. No lock is held during the call, so the hook may
// change the server's state, as a concurrent caller would.
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

func (f *Fault) replaces() bool { return f.Hang || f.Drop || f.Status != 0 }

// answer returns the answer that is sent instead, nil if none is.
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
