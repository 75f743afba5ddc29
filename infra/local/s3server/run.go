package s3server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// pollEvery is the time between looks at whether a server answers. All of them are up within some 10 ms.
const pollEvery = 2 * time.Millisecond

// run starts one of versitygw's servers, waits until it answers on its sockets,
// and makes Close stop it and wait until it has ended.
func (s *Server) run(ctx context.Context, name string, socks []string, serve func(context.Context) error) error {
	running, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	var result error // set before ended is closed
	go func() {
		defer close(ended)
		result = serve(running)
	}()
	s.onClose(func() error {
		stop()
		<-ended
		if result != nil {
			return fmt.Errorf("stop versitygw's %s: %w", name, result)
		}
		return nil
	})
	for _, socket := range socks {
		for !answers(ctx, socket) {
			select {
			case <-ended:
				return fmt.Errorf("run versitygw's %s: it ended at once", name) // Close adds why
			case <-ctx.Done():
				return fmt.Errorf("wait for versitygw's %s: %w", name, ctx.Err())
			case <-time.After(pollEvery):
			}
		}
	}
	return nil
}

// answers reports whether something speaks HTTP on a socket. Accepting a
// connection isn't enough: versitygw listens before it is done with its setup,
// which also looks at os.Stdout, and connectIAM must not replace that at the same time.
func answers(ctx context.Context, socket string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://versitygw/", nil)
	if err != nil {
		return false
	}
	transport := unixTransport(socket)
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil
}

// unixTransport sends every request to a unix socket, whatever host it names.
func unixTransport(socket string) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
		MaxIdleConnsPerHost: 64,
		DisableCompression:  true, // or Go would ask for gzip on the client's behalf
	}
}
