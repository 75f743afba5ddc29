package s3server

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"time"
)

// closeGrace is how long Close waits for requests under way.
const closeGrace = 3 * time.Second

// listen serves a handler on a free loopback port until Close and returns its URL.
func (s *Server) listen(handler http.Handler) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen on a loopback port: %w", err)
	}
	server := &http.Server{Handler: handler, ErrorLog: log.New(s.log, "s3server: ", log.LstdFlags)}
	go func() { _ = server.Serve(listener) }() // returns when Close shuts it down
	s.onClose(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			return server.Close()
		}
		return nil
	})
	return "http://" + listener.Addr().String(), nil
}

// proxy passes requests on to a unix socket as they came: signatures cover the
// Host header, the path as it was escaped, the query and (aws-chunked) the body,
// so nothing of these may be touched. Bodies are streamed both ways.
func (s *Server) proxy(socket string) *httputil.ReverseProxy {
	transport := unixTransport(socket)
	s.onClose(func() error { transport.CloseIdleConnections(); return nil })
	return &httputil.ReverseProxy{
		Transport:     transport,
		ErrorLog:      log.New(s.log, "s3server: ", log.LstdFlags),
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", "versitygw"
			r.Out.URL.RawQuery = r.In.URL.RawQuery
			r.Out.Host = r.In.Host
		},
	}
}

// iamHandler is the TCP side of versitygw's IAM.
func (s *Server) iamHandler(socket string) http.Handler { return s.proxy(socket) }
