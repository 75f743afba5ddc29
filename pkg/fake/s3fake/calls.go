package s3fake

import "slices"

// Call is one request and its answer.
type Call struct {
	Request
	// Status and Code (of an error) are the answer's. Status is 0 while the call
	// is in progress and if no answer was sent.
	Status int
	Code   string
}

// Calls returns all calls since the start or ForgetCalls, in the order of their arrival.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Call, len(s.calls))
	for i, c := range s.calls {
		all[i] = *c
	}
	return all
}

// Writes returns the calls that could change anything.
func (s *Server) Writes() []Call {
	return slices.DeleteFunc(s.Calls(), func(c Call) bool { return !c.Write() })
}

// ForgetCalls empties the call log. Calls in progress aren't in it afterwards.
func (s *Server) ForgetCalls() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// begun is a call in progress.
type begun struct {
	call       *Call
	configures string // the bucket whose configuration it writes
	conflict   bool
}

func (s *Server) begin(r Request) begun {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := begun{call: &Call{Request: r}}
	s.calls = append(s.calls, b.call)
	if op := operationOf(r); op != nil && op.configures {
		b.configures = r.Bucket
		b.conflict = s.exclusive && s.writing[r.Bucket] > 0
		s.writing[r.Bucket]++
	}
	return b
}

func (s *Server) end(b begun, a *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.configures != "" {
		s.writing[b.configures]--
	}
	if a != nil {
		b.call.Status, b.call.Code = a.status, a.code
	}
}
