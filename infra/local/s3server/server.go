package s3server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/versity/versitygw/backend"

	"github.com/fusionpos/orgbucket/pkg/operator/bufferedhttp"
)

// Account owns the buckets: the one account id that versitygw's IAM writes into its ARNs.
const Account = "000000000000"

// Options says how a Server is to run. The zero value is a server in us-east-1.
type Options struct {
	// Region is the one Region that requests must be signed for. Empty means us-east-1.
	Region string
	// Log gets what versitygw and the proxies in front of it print. Nil discards it.
	Log io.Writer
}

// Server is a running S3 and IAM. Its methods may be called concurrently, Close included.
type Server struct {
	account, region string
	buckets         string // absolute path of versitygw's root directory
	attributes      string // absolute path of the files that hold the buckets' attributes
	versions        string // absolute path of the earlier versions of objects
	log             io.Writer
	root            Credentials
	s3URL, iamURL   string

	store  backend.Backend // what versitygw keeps
	blocks *blocks
	rules  rulesInForce
	tags   *tagIndex
	locks  *bucketLocks
	calls  *callLog
	faults faults
	// All SDK clients share connections, so that Close can end them. Bodies are kept in
	// memory: a refusal that comes before the body was read is lost otherwise.
	transport *http.Transport
	http      *bufferedhttp.Client

	closers   []func() error // run last to first
	closeOnce sync.Once
	closeErr  error
}

// running is whether a server runs. A second one would change the working directory
// before versitygw refuses to run twice.
var running atomic.Bool

// Start runs a server and returns when it answers. ctx bounds the start only;
// the server then runs until Close. The error says what could not be started;
// nothing is left behind in that case.
//
// For a few milliseconds Start replaces os.Stdout, to keep a line of versitygw's
// off it: nothing else should print while Start runs.
func Start(ctx context.Context, o Options) (*Server, error) {
	if !running.CompareAndSwap(false, true) {
		return nil, errors.New("start S3: a server is already running in this process")
	}
	s := newServer(o)
	s.onClose(func() error { running.Store(false); return nil })
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start S3: %w", err), s.Close())
	}
	return s, nil
}

func newServer(o Options) *Server {
	s := &Server{
		account: Account, region: o.Region, log: o.Log,
		blocks: newBlocks(), tags: newTagIndex(), locks: newBucketLocks(), calls: &callLog{},
		transport: &http.Transport{MaxIdleConnsPerHost: 64},
	}
	s.http = bufferedhttp.New(s.transport)
	if s.region == "" {
		s.region = "us-east-1"
	}
	if s.log == nil {
		s.log = io.Discard
	}
	s.root = Credentials{User: "root", ARN: "arn:aws:iam::" + s.account + ":root",
		// ExpectedBucketOwner is compared with the root access key, so that has to be the account id.
		AccessKeyID: s.account, SecretAccessKey: newSecret()}
	return s
}

// start runs the gateway and the front on a temporary directory that Close removes.
func (s *Server) start(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "orgbucket-s3-")
	if err != nil {
		return fmt.Errorf("make a data directory: %w", err)
	}
	s.onClose(func() error { return os.RemoveAll(dir) })
	dir, err = filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("find the data directory %s: %w", dir, err)
	}
	s.buckets, s.attributes, s.versions = filepath.Join(dir, "buckets"), filepath.Join(dir, "attributes"), filepath.Join(dir, "versions")
	sockets, err := s.runGateway(ctx, dir)
	if err != nil {
		return err
	}
	s.onClose(func() error { s.transport.CloseIdleConnections(); return nil })
	if s.iamURL, err = s.listen(s.iamHandler(sockets.iam)); err != nil {
		return err
	}
	s.s3URL, err = s.listen(s.front(sockets.s3))
	return err
}

// onClose adds a step to Close. Steps run in reverse order.
func (s *Server) onClose(step func() error) { s.closers = append(s.closers, step) }

// Close stops the server, gives the process its working directory back and
// removes what Start made in temporary directories. Requests under way are
// given a few seconds. A second Close does nothing and returns the same error.
func (s *Server) Close() error {
	s.closeOnce.Do(func() {
		for i := len(s.closers) - 1; i >= 0; i-- {
			s.closeErr = errors.Join(s.closeErr, s.closers[i]())
		}
	})
	return s.closeErr
}

// URL is the S3 endpoint, for path-style requests.
func (s *Server) URL() string { return s.s3URL }

// IAMURL is the IAM endpoint. Its requests are signed for us-east-1.
func (s *Server) IAMURL() string { return s.iamURL }

// Region is the Region that S3 requests must be signed for.
func (s *Server) Region() string { return s.region }

// Account owns the buckets that are created here.
func (s *Server) Account() string { return s.account }
