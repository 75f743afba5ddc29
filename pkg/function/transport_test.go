package function

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// inMemory is a listener of connections that are made by dial.
type inMemory struct {
	accepted chan net.Conn
	dials    int
}

func (l *inMemory) dial(context.Context, string, string) (net.Conn, error) {
	l.dials++
	client, server := net.Pipe()
	l.accepted <- server
	return client, nil
}

func (l *inMemory) Accept() (net.Conn, error) {
	conn, open := <-l.accepted
	if !open {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (l *inMemory) Close() error   { return nil }
func (l *inMemory) Addr() net.Addr { return &net.TCPAddr{} }

// TestAConnectionThatHasWaitedLongIsNotUsedAgain: after a freeze it may be dead,
// and a write finds out only by failing.
func TestAConnectionThatHasWaitedLongIsNotUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &inMemory{accepted: make(chan net.Conn)}
		server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}
		go func() { _ = server.Serve(l) }()
		transport := NewTransport()
		transport.DialContext = l.dial
		client := newHTTPClient(transport)
		for _, step := range []struct {
			pause time.Duration
			dials int
		}{{0, 1}, {4 * time.Second, 1}, {4 * time.Second, 1}, {6 * time.Second, 2}} {
			time.Sleep(step.pause)
			answer, err := client.Post("http://sns.invalid/", "text/plain", strings.NewReader("body"))
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if l.dials != step.dials {
				t.Errorf("%v after the last request: %d connections were opened in all, want %d", step.pause, l.dials, step.dials)
			}
		}
		client.CloseIdleConnections()
		close(l.accepted)
		_ = server.Close()
	})
}
