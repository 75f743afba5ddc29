package endpoint

import (
	"crypto/tls"
	"net"
)

// counted counts the connections of a listener, and their bytes.
type counted struct {
	net.Listener
	tally *tally
}

// Accept waits for a connection.
func (l counted) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return count(conn, l.tally), nil
}

func count(conn net.Conn, t *tally) net.Conn {
	t.count(func(s *Stats) { s.Connections++ })
	return &countedConn{conn, t}
}

type countedConn struct {
	net.Conn
	tally *tally
}

func (c *countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.tally.count(func(s *Stats) { s.BytesIn += int64(n) })
	return n, err
}

func (c *countedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.tally.count(func(s *Stats) { s.BytesOut += int64(n) })
	return n, err
}

// encrypted is TLS as S3 speaks it: for HTTP/1.1 only.
func encrypted(l net.Listener, certificate tls.Certificate, t *tally) net.Listener {
	return tls.NewListener(l, &tls.Config{
		Certificates: []tls.Certificate{certificate},
		NextProtos:   []string{"http/1.1"},
		VerifyConnection: func(state tls.ConnectionState) error { // called at the end of each handshake
			t.count(func(s *Stats) {
				s.Handshakes++
				if state.DidResume {
					s.Resumed++
				}
			})
			return nil
		},
	})
}
