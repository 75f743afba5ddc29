package endpoint

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// Addresses are where a server listens, all on the loopback interface.
type Addresses struct {
	Plain   string // http:// for all services
	TLS     string // https:// for all services
	Proxy   string // http:// that takes CONNECT to any name
	Control string // http:// of the benchmark itself, not counted
	// Certificate is the server's, as PEM.
	Certificate string
}

// Server is the AWS side.
type Server struct {
	Addresses Addresses

	tally   *tally
	world   atomic.Pointer[world]
	served  atomic.Int64
	servers []*http.Server
}

// Start starts a server on free ports. Close ends it.
func Start() (*Server, error) {
	s := &Server{tally: newTally()}
	s.world.Store(&world{s3: s3fake.New(Account)})
	certificate, text, err := newCertificate()
	if err != nil {
		return nil, err
	}
	s.Addresses.Certificate = text
	var listeners [4]net.Listener
	for i := range listeners {
		if listeners[i], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return nil, errors.Join(fmt.Errorf("listen: %w", err), s.Close())
		}
	}
	plain, secret, proxy, control := listeners[0], listeners[1], listeners[2], listeners[3]
	s.Addresses.Plain = s.serve(counted{plain, s.tally}, s, "http")
	s.Addresses.TLS = s.serve(encrypted(counted{secret, s.tally}, certificate, s.tally), s, "https")
	through := newTunnel(proxy.Addr(), s.tally)
	s.serve(encrypted(through, certificate, s.tally), s, "https")
	s.Addresses.Proxy = s.serve(proxy, through, "http")
	s.Addresses.Control = s.serve(control, s.control(), "http")
	return s, nil
}

func (s *Server) serve(l net.Listener, h http.Handler, scheme string) string {
	// Contestants are killed when they have done their work, also in the middle of
	// opening a connection; nobody needs to read that.
	server := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(l) }() // ends with Close
	return scheme + "://" + l.Addr().String()
}

// Close ends all listeners and connections.
func (s *Server) Close() error {
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	return errors.Join(errs...)
}
