package s3fake

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
)

// ServeHTTP serves S3 over a socket. A connection that's to break is closed
// without an answer.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, err := understand(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a := s.serve(r.Context(), req)
	if a == nil {
		panic(http.ErrAbortHandler) // net/http closes the connection without an answer
	}
	for key, values := range a.header {
		w.Header()[key] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that's gone has lost its answer
}

// RoundTripper serves S3 in process: no sockets and no goroutines, so it works
// under testing/synctest. A request ends when its context does.
func (s *Server) RoundTripper() http.RoundTripper { return roundTripper{s} }

type roundTripper struct{ server *Server }

// RoundTrip serves one request.
func (t roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // as a transport has to
		}
		return nil, err
	}
	req, err := understand(r)
	if err != nil {
		return nil, err
	}
	a := t.server.serve(r.Context(), req)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if a == nil {
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}, nil
}
