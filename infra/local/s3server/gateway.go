package s3server

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"
)

// Limits that versitygw insists on; far above what one machine asks of it.
const (
	maxConnections = 4096
	maxRequests    = 2048
	maxParts       = 10000
)

// sockets are the unix sockets that versitygw listens on. They are files in a
// directory that only this user can enter, so nothing else reaches versitygw
// but through the front.
type sockets struct{ dir, s3, iam, private string }

// runGateway starts versitygw's IAM and S3 on unix sockets and waits until both accept connections.
func (s *Server) runGateway(ctx context.Context, dir string) (sockets, error) {
	sock, err := s.makeSocketDir()
	if err != nil {
		return sock, err
	}
	for _, d := range []string{s.buckets, s.attributes, s.versions} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return sock, fmt.Errorf("make the data directory: %w", err)
		}
	}
	users, err := openUserStores(filepath.Join(dir, "iam"))
	if err != nil {
		return sock, err
	}
	err = s.run(ctx, "IAM", []string{sock.iam, sock.private}, func(ctx context.Context) error {
		return s.serveIAM(ctx, sock, users)
	})
	if err != nil {
		return sock, err
	}
	return sock, s.runS3(ctx, sock)
}

func (s *Server) runS3(ctx context.Context, sock sockets) error {
	iam, err := s.connectIAM(sock.private)
	if err != nil {
		return err
	}
	store, err := s.openStore(iam)
	if err != nil {
		return err
	}
	s.store = store
	gate := &gate{store: store, iam: iam, blocks: s.blocks}
	gate.control = newControl(s, gate)
	return s.run(ctx, "S3", []string{sock.s3}, func(ctx context.Context) error {
		return embedgw.RunVersityGW(ctx, store, &embedgw.Config{
			RootUserAccess: s.root.AccessKeyID, RootUserSecret: s.root.SecretAccessKey,
			Region: s.region, Ports: []string{sock.s3}, IAMService: iam,
			MaxConnections: maxConnections, MaxRequests: maxRequests, MultipartMaxParts: maxParts,
			// As in every new bucket on AWS, access is a matter of policies alone.
			DisableACLs: true, Quiet: true, KeepAlive: true,
			S3Options: []s3api.Option{s3api.WithMiddleware("/", gate.handle)},
		})
	})
}

// quietly runs f, which prints lines to os.Stdout that no option of versitygw's switches
// off: os.Stdout is replaced meanwhile.
func quietly(f func()) error {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("keep versitygw quiet: %w", err)
	}
	stdout := os.Stdout
	os.Stdout = null
	defer func() {
		os.Stdout = stdout
		_ = null.Close()
	}()
	f()
	return nil
}

// connectIAM makes the client through which versitygw's S3 asks its IAM whose a key
// is and what its user may do.
func (s *Server) connectIAM(socket string) (iam *auth.IAMServiceStandalone, err error) {
	quiet := quietly(func() { iam, err = s.newIAM(socket) })
	return iam, cmp.Or(err, quiet)
}

func (s *Server) newIAM(socket string) (*auth.IAMServiceStandalone, error) {
	iam, err := auth.NewIAMServiceStandalone(
		auth.Account{Access: s.root.AccessKeyID, Secret: s.root.SecretAccessKey, Role: auth.RoleAdmin},
		auth.IAMServiceStandaloneConfig{Endpoint: socket, Region: s.region})
	if err != nil {
		return nil, fmt.Errorf("connect versitygw to its IAM: %w", err)
	}
	return iam, nil
}

// openStore opens the data directory. versitygw's store uses paths relative to
// it and changes the working directory to it; Close changes it back.
func (s *Server) openStore(iam auth.PolicyEvaluator) (*store, error) {
	before, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("remember the working directory: %w", err)
	}
	s.onClose(func() error { return os.Chdir(before) })
	attributes, err := openAttributes(s.buckets, s.attributes)
	if err != nil {
		return nil, err
	}
	var files *posix.Posix
	quiet := quietly(func() {
		files, err = posix.New(s.buckets, attributes, posix.PosixOpts{VersioningDir: s.versions})
	})
	if err := cmp.Or(err, quiet); err != nil {
		return nil, fmt.Errorf("open the data directory %s: %w", s.buckets, err)
	}
	return &store{Backend: files, account: s.account, region: s.region, blocks: s.blocks, rules: &s.rules, tags: s.tags, iam: iam}, nil
}

func (s *Server) makeSocketDir() (sockets, error) {
	// Socket paths may have some 100 bytes only, so they don't go below the data directory.
	dir, err := os.MkdirTemp("", "s3-")
	if err != nil {
		return sockets{}, fmt.Errorf("make a directory for sockets: %w", err)
	}
	s.onClose(func() error { return os.RemoveAll(dir) })
	return sockets{
		dir: dir, s3: filepath.Join(dir, "s3"), iam: filepath.Join(dir, "iam"), private: filepath.Join(dir, "private"),
	}, nil
}
