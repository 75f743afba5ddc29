// Package endpoint is the AWS side of the benchmark: S3 and SNS at one address.
// It adds a fixed delay to each call and counts the calls.
//
// S3 is the stateful fake of the tests. SNS accepts what is published and keeps
// nothing. Signatures aren't checked.
package endpoint

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"time"
)

// Server is the AWS side.
type Server struct {
	URL string

	http  *http.Server
	tally tally
	state *state // replaced between runs
}

// Start starts a server on a free port of the loopback interface. Close ends it.
func Start() (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &Server{URL: "http://" + listener.Addr().String()}
	// A contestant is killed when its work is done, also while it opens a
	// connection. Nobody needs to read that.
	s.http = &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = s.http.Serve(listener) }() // ends with Close
	return s, nil
}

// Close ends the listener and all connections.
func (s *Server) Close() error { return s.http.Close() }

// Reset prepares the next run. It must not be called while a call is under way.
func (s *Server) Reset(setup Setup) error {
	next, err := newState(s.state, setup)
	if err != nil {
		return err
	}
	s.state = next
	s.tally.reset()
	return nil
}

// Stats returns what was counted since the last Reset.
func (s *Server) Stats() Stats { return s.tally.snapshot() }

// ServeHTTP answers a call. It reads the body first, so that a client that waits
// for "100 Continue" pays for the delay once, and counts the call's end before it
// answers, since the client may react to the answer at once.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c := s.state.read(r, body)
	depth := s.tally.begin(c)
	time.Sleep(s.state.delay)
	answer := httptest.NewRecorder()
	if c.publish {
		answer.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(answer, published) // into memory
	} else {
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.state.s3.ServeHTTP(answer, r)
	}
	s.tally.end(c, depth)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // a client that is gone has lost its answer
}

const published = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>` +
	`<MessageId>567910cd-659e-55d4-8ccb-5aaf14679dc0</MessageId></PublishResult></PublishResponse>`
