package function

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
)

// listener counts the connections that the function opens to AWS.
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

// connect returns the function's own transport, but every name leads to one
// server. It speaks no TLS, which wouldn't change the number of connections.
func connect(t *testing.T) (*http.Transport, *listener) {
	l := &listener{}
	server := httptest.NewUnstartedServer(&canned{made: map[string][]byte{}})
	server.Config.ConnState = l.changed
	server.Start()
	t.Cleanup(server.Close)
	transport := NewTransport()
	transport.DialTLSContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport, l
}

// TestConnections: Lambda lets a process have 1,024 files open, and with
// virtual-hosted names every new bucket is another host.
func TestConnections(t *testing.T) {
	const batches, inBatch = 15, 10
	for name, pathStyle := range map[string]string{"path style: all share them": "true", "virtual-hosted: they don't pile up": "false"} {
		t.Run(name, func(t *testing.T) {
			transport, l := connect(t)
			batch := New(functiontest.Settings(region, map[string]string{"S3_USE_PATH_STYLE": pathStyle}), transport, silent)
			for n := range batches {
				if answer := batch.Handle(t.Context(), tenSignups(n)); len(answer.BatchItemFailures) > 0 {
					t.Fatalf("failures %v", answer.BatchItemFailures)
				}
			}
			t.Logf("%d organizations: %d connections opened, %d at once", batches*inBatch, l.opened, l.most)
			if l.most > 2*maxIdleConnections {
				t.Errorf("%d connections were open at once", l.most)
			}
			if pathStyle == "true" && l.opened > maxIdleConnections {
				t.Errorf("%d connections were opened, though the buckets' names don't ask for them", l.opened)
			}
		})
	}
}
