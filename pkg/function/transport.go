package function

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// maxIdleConnections is how many connections wait to be used again. Lambda lets a
// process have 1,024 files open
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and
// with virtual-hosted names every new bucket brings connections of its own.
const maxIdleConnections = 100

// idleTimeout is how long a connection waits to be used again. Between two
// invocations Lambda freezes the process, which then doesn't notice that a server
// closes a connection. A request that the transport doesn't repeat by itself, a
// PUT or a POST, spends an attempt of the SDK on each such connection. The batches
// of a burst follow each other within milliseconds.
const idleTimeout = 5 * time.Second

// NewTransport returns the transport for AWS's endpoints. No call waits longer
// than a delivery can.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(0)},
		TLSHandshakeTimeout:   3 * time.Second,
		ResponseHeaderTimeout: 8 * time.Second,
		MaxIdleConns:          maxIdleConnections,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       idleTimeout,
	}
}
