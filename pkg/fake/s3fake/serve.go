package s3fake

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// serve handles a request: delay, fault, work, delay, call log. The answer is nil if
// none may be sent.
func (s *Server) serve(ctx context.Context, r Request) *answer {
	began := s.begin(r)
	a := s.attend(ctx, r, began.conflict)
	if a != nil {
		if r.control && a.code != "" {
			a.body = slices.Concat([]byte("<ErrorResponse>"), bytes.TrimPrefix(a.body, []byte(xml.Header)), []byte("</ErrorResponse>")) // S3 Control's form
		}
		if r.search && a.code != "" { // the tagging API speaks JSON
			a.body = fmt.Appendf(nil, `{"__type":"%s","Message":"refused"}`, a.code)
		}
		finished := a.finish(r.method)
		a = &finished
	}
	s.end(began, a)
	return a
}

func (s *Server) attend(ctx context.Context, r Request, conflict bool) *answer {
	s.mu.Lock()
	hook, delay := s.fault, s.delay
	s.mu.Unlock()
	f := &Fault{}
	if hook != nil {
		if f = hook(r); f == nil {
			f = &Fault{}
		}
	}
	if !pause(ctx, delay/2+f.Wait) {
		return nil
	}
	var a *answer
	if f.Works || !f.replaces() {
		work := s.work(r, conflict)
		a = &work
	}
	if f.replaces() {
		if f.Hang {
			<-ctx.Done()
		}
		a = f.answer()
	}
	if !pause(ctx, delay-delay/2) {
		return nil
	}
	return a
}

// pause waits for d and reports whether ctx is still alive.
func pause(ctx context.Context, d time.Duration) bool {
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// work carries out the request atomically.
func (s *Server) work(r Request, conflict bool) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	op := operationOf(r)
	if op == nil {
		return refuse(http.StatusNotImplemented, "NotImplemented", "A header you provided implies functionality that is not implemented")
	}
	if s.throttles(r) {
		return refuse(http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
	}
	if conflict {
		return operationAborted()
	}
	if op.name == "CreateBucket" || op.level == onAccount {
		if why := s.lacks(r, op); why != nil {
			return *why
		}
		return op.do(s, r, nil)
	}
	view, refused := s.open(r, op)
	if refused != nil {
		return *refused
	}
	return op.do(s, r, view)
}
