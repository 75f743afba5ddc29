package endpoint

import (
	"io"
	"net"
	"net/http"
	"sync"
)

// tunnel is a proxy that leads CONNECT to every name to the same TLS server, so
// that a function can be measured that calls AWS by AWS's names. It is the
// listener of that server: what comes out of Accept begins after the CONNECT.
type tunnel struct {
	tally *tally
	addr  net.Addr
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newTunnel(addr net.Addr, t *tally) *tunnel {
	return &tunnel{tally: t, addr: addr, conns: make(chan net.Conn), done: make(chan struct{})}
}

// ServeHTTP takes a CONNECT and hands the connection on.
func (t *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hijacker, can := w.(http.Hijacker)
	if r.Method != http.MethodConnect || !can {
		http.Error(w, "this proxy takes only CONNECT", http.StatusMethodNotAllowed)
		return
	}
	conn, _, err := hijacker.Hijack() // nothing is buffered: the client waits for the answer
	if err != nil {
		return // the connection is gone
	}
	if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = conn.Close() // gone as well
		return
	}
	select {
	case t.conns <- count(conn, t.tally):
	case <-t.done:
		_ = conn.Close() // the server has ended
	}
}

// Accept waits for a connection that came through.
func (t *tunnel) Accept() (net.Conn, error) {
	select {
	case conn := <-t.conns:
		return conn, nil
	case <-t.done:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (t *tunnel) Close() error {
	t.once.Do(func() { close(t.done) })
	return nil
}

// Addr is the proxy's.
func (t *tunnel) Addr() net.Addr { return t.addr }
