package main

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// listener counts the connections that the function opens to AWS: every name
// leads to one server.
type listener struct {
	mu                 sync.Mutex
	opened, open, most int
}

func (l *listener) changed(_ net.Conn, state http.ConnState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch state {
	case http.StateNew:
		l.opened++
		l.open++
		l.most = max(l.most, l.open)
	case http.StateClosed:
		l.open--
	}
}

// connect gives the function's own HTTP client, with every name led to a server
// that speaks TLS and answers as AWS does.
func connect(t *testing.T) (*http.Client, *listener) {
	l := &listener{}
	server := httptest.NewUnstartedServer(&canned{made: map[string][]byte{}})
	server.Config.ConnState = l.changed
	server.StartTLS()
	t.Cleanup(server.Close)
	client := newHTTPClient()
	transport := client.Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // it counts, it doesn't judge
	t.Cleanup(client.CloseIdleConnections)
	return client, l
}

// TestConnections: Lambda lets a process have 1,024 files open, and with
// virtual-hosted names every new bucket is another host.
func TestConnections(t *testing.T) {
	const batches, inBatch = 15, 10
	for name, pathStyle := range map[string]bool{"path style: all share them": true, "virtual-hosted: they don't pile up": false} {
		t.Run(name, func(t *testing.T) {
			client, l := connect(t)
			s := testSettings(t)
			s.S3UsePathStyle = pathStyle
			batch := newBatch(s, newClients(s, client), slog.New(slog.NewJSONHandler(io.Discard, nil)))
			for n := range batches {
				if answer, err := batch.Handle(t.Context(), tenSignups(n)); err != nil || len(answer.BatchItemFailures) > 0 {
					t.Fatalf("error %v, failures %v", err, answer.BatchItemFailures)
				}
			}
			t.Logf("%d organizations: %d connections opened, %d at once", batches*inBatch, l.opened, l.most)
			if l.most > 2*maxIdleConnections {
				t.Errorf("%d connections were open at once", l.most)
			}
			if pathStyle && l.opened > maxIdleConnections {
				t.Errorf("%d connections were opened, though the buckets' names don't ask for them", l.opened)
			}
		})
	}
}
