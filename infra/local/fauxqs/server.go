package fauxqs

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Account is the only account that fauxqs knows; it is in every ARN.
const Account = "000000000000"

const (
	startLimit = 30 * time.Second // a cold Node on a busy machine takes some seconds
	closeLimit = 3 * time.Second
)

//go:embed fauxqs.mjs
var script string

// Options say how to start the server.
type Options struct {
	Region      string    // for ARNs and for signing, by default us-east-1
	NodeModules string    // the directory node_modules in which `npm ci` installed fauxqs
	Log         io.Writer // gets the server's warnings; may be nil
}

// Server is a running fauxqs. It is safe for concurrent use.
type Server struct {
	url      string
	region   string
	sqs      *sqs.Client
	sns      *sns.Client
	process  *exec.Cmd
	lifeline io.Closer     // the child's stdin
	exited   chan struct{} // closed when the child is gone
}

// Start starts the server and returns when it listens. It ends with Close, with this program, or when ctx ends before
// the server is ready; later the context has no effect. The error for a missing or different fauxqs says how to install it.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	modules, err := filepath.Abs(o.NodeModules)
	if err != nil {
		return nil, fmt.Errorf("find the directory %s: %w", o.NodeModules, err)
	}
	if err := checkInstalled(modules); err != nil {
		return nil, err
	}
	s := &Server{region: o.Region, exited: make(chan struct{})}
	if s.url, err = s.launch(ctx, modules, o.Log); err != nil {
		return nil, err
	}
	s.sqs, s.sns = newClients(s.url, o.Region)
	return s, nil
}

// launch starts Node and waits for the line that says where it listens.
func (s *Server) launch(ctx context.Context, modules string, log io.Writer) (string, error) {
	// The environment is inherited, since node may be a version manager's shim that needs it.
	s.process = exec.Command("node", "--input-type=module", "--eval", script, "--", modules, s.region)
	s.process.Stderr = log
	s.process.WaitDelay = time.Second
	// A group of its own: Ctrl-C in the terminal then reaches only this program, which ends things in order.
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := s.process.StdinPipe()
	if err != nil {
		return "", fmt.Errorf("make a pipe for fauxqs: %w", err)
	}
	s.lifeline = stdin
	stdout, stdoutEnd := io.Pipe()
	s.process.Stdout = stdoutEnd
	if err := s.process.Start(); err != nil {
		return "", fmt.Errorf("start fauxqs (Node 20 or newer is needed): %w", err)
	}
	go func() {
		_ = s.process.Wait() // its state says how it ended
		_ = stdoutEnd.CloseWithError(fmt.Errorf("it ended, %v", s.process.ProcessState))
		close(s.exited)
	}()
	url, err := waitURL(ctx, stdout)
	if err != nil {
		_ = s.Close()
		return "", fmt.Errorf("wait for fauxqs to listen: %w", err)
	}
	return url, nil
}

// waitURL reads the line with the address, and then goes on reading so that the child never blocks on its stdout.
func waitURL(ctx context.Context, stdout io.Reader) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	type answer struct {
		url string
		err error
	}
	found := make(chan answer, 1)
	go func() {
		reader := bufio.NewReader(stdout)
		line, err := reader.ReadBytes('\n')
		var ready struct{ URL string }
		if err == nil {
			err = json.Unmarshal(line, &ready)
		}
		found <- answer{ready.URL, err}
		_, _ = io.Copy(io.Discard, reader)
	}()
	select {
	case a := <-found:
		return a.url, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// URL is the endpoint of both services, like http://127.0.0.1:40123.
func (s *Server) URL() string { return s.url }

// SQS is a client of the server; see newClients for what is special about it.
func (s *Server) SQS() *sqs.Client { return s.sqs }

// SNS is a client of the server.
func (s *Server) SNS() *sns.Client { return s.sns }

// Done is closed when the server's process has ended, by Close or unexpectedly.
func (s *Server) Done() <-chan struct{} { return s.exited }

// Close ends the server and waits until its process is gone. All messages are lost. Closing twice does nothing more.
func (s *Server) Close() error {
	_ = s.lifeline.Close()
	select {
	case <-s.exited:
	case <-time.After(closeLimit):
		_ = syscall.Kill(-s.process.Process.Pid, syscall.SIGKILL)
		<-s.exited
	}
	return nil
}
