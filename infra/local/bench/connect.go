package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
)

// connectCost is what the proxy's CONNECT adds to opening a TLS connection, in
// milliseconds: the difference of the medians of connections with and without.
func connectCost(ctx context.Context, a endpoint.Addresses, times int) (float64, error) {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(a.Certificate))
	config := &tls.Config{RootCAs: roots, ServerName: "s3." + endpoint.Region + ".amazonaws.com", NextProtos: []string{"http/1.1"}}
	var direct, tunnelled []time.Duration
	for range times {
		took, err := handshake(ctx, a.TLS, config, false)
		if err != nil {
			return 0, err
		}
		direct = append(direct, took)
		if took, err = handshake(ctx, a.Proxy, config, true); err != nil {
			return 0, err
		}
		tunnelled = append(tunnelled, took)
	}
	slices.Sort(direct)
	slices.Sort(tunnelled)
	return ms(tunnelled[times/2] - direct[times/2]), nil
}

// handshake opens a connection and tells how long that took.
func handshake(ctx context.Context, url string, config *tls.Config, connect bool) (time.Duration, error) {
	began := time.Now()
	_, address, _ := strings.Cut(url, "://")
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return 0, fmt.Errorf("open a connection: %w", err)
	}
	defer conn.Close()
	if connect {
		if err := tunnelTo(conn, config.ServerName+":443"); err != nil {
			return 0, err
		}
	}
	if err := tls.Client(conn, config).HandshakeContext(ctx); err != nil {
		return 0, fmt.Errorf("open a TLS connection: %w", err)
	}
	return time.Since(began), nil
}

func tunnelTo(conn net.Conn, address string) error {
	if _, err := fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", address, address); err != nil {
		return fmt.Errorf("ask the proxy: %w", err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	if err != nil {
		return fmt.Errorf("read the proxy's answer: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the proxy said %s", answer.Status)
	}
	return nil
}
