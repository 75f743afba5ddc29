package system

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/logfake"
)

// logGroup is named as a deployed stage's.
const logGroup = "/aws/lambda/orgbucket-local-provision-bucket"

// startLog serves the function's log, so that it is read as in AWS.
func (s *System) startLog() error {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serve the function's log: %w", err)
	}
	s.Log, s.LogURL = &logfake.Log{Group: logGroup}, "http://"+listener.Addr().String()
	server := &http.Server{Handler: s.Log, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	s.onClose(server.Close)
	return nil
}
