package s3server

import (
	"context"
	"errors"
	"fmt"

	"github.com/versity/versitygw/iamapi"
	"github.com/versity/versitygw/iamapi/private"
)

// serveIAM runs versitygw's IAM on its two sockets, the one for callers and the one
// through which its S3 asks, until ctx ends. It does what embedgw.RunIAMAPI does, which
// takes no store of the caller's.
func (s *Server) serveIAM(ctx context.Context, sock sockets, users *userStores) error {
	root := iamapi.RootCredentials{Access: s.root.AccessKeyID, Secret: s.root.SecretAccessKey}
	public, err := iamapi.New(users, root,
		iamapi.WithQuiet(), iamapi.WithKeepAlive(), iamapi.WithConcurrencyLimiter(maxConnections, maxRequests))
	if err != nil {
		return fmt.Errorf("make the IAM API: %w", err)
	}
	internal, err := private.New(users, root, private.WithPrivateQuiet())
	if err != nil {
		return fmt.Errorf("make the IAM API for S3: %w", err)
	}
	ended := make(chan error, 2)
	go func() { ended <- public.ServeMultiPort([]string{sock.iam}) }()
	go func() { ended <- internal.ServeMultiPort([]string{sock.private}, noTLS(internal.ServeMultiPort)) }()
	select {
	case <-ctx.Done():
	case err = <-ended:
	}
	return errors.Join(err, public.Shutdown(), internal.Shutdown())
}

// noTLS returns the empty options of a function, whose type is internal to versitygw.
func noTLS[Options any](func([]string, Options) error) (none Options) { return none }
