package eventsource_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/infra/local/eventsource"
	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
)

// local is a queue of a real server, polled for the time of a test.
type local struct {
	server *fauxqs.Server
	system fauxqs.System
}

func startServer(t *testing.T) *fauxqs.Server {
	t.Helper()
	server, err := fauxqs.Start(t.Context(), fauxqs.Options{NodeModules: "../node_modules", Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server
}

func newLocal(t *testing.T, server *fauxqs.Server, o fauxqs.SystemOptions) *local {
	t.Helper()
	system, err := server.CreateSystem(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return &local{server: server, system: system}
}

func startLocal(t *testing.T, visibility time.Duration) *local {
	t.Helper()
	return newLocal(t, startServer(t), fauxqs.SystemOptions{Name: "organizations", VisibilityTimeout: visibility})
}

// poll starts a poller that stops before the test ends.
func (l *local) poll(t *testing.T, invoke func(context.Context, []byte) ([]byte, error)) {
	t.Helper()
	p, err := eventsource.New(eventsource.Options{
		SQS: l.server.SQS(), QueueURL: l.system.QueueURL, QueueARN: l.system.QueueARN, Region: "us-east-1",
		Invoke: invoke, OnPollError: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() { p.Run(ctx); close(stopped) }()
	t.Cleanup(func() { stop(); <-stopped })
}

func (l *local) send(t *testing.T, bodies ...string) {
	t.Helper()
	in := &sqs.SendMessageBatchInput{QueueUrl: &l.system.QueueURL}
	for i, body := range bodies {
		in.Entries = append(in.Entries, types.SendMessageBatchRequestEntry{Id: aws.String(string(rune('a' + i))), MessageBody: aws.String(body)})
	}
	out, err := l.server.SQS().SendMessageBatch(t.Context(), in)
	if err != nil || len(out.Failed) > 0 {
		t.Fatal(err, out)
	}
}

func (l *local) depth(t *testing.T, queueURL string) fauxqs.Depth {
	t.Helper()
	depth, err := l.server.Depth(t.Context(), queueURL)
	if err != nil {
		t.Fatal(err)
	}
	return depth
}

// settled waits until the source queue is empty, and returns the number of dead letters.
func (l *local) settled(t *testing.T) int {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); l.depth(t, l.system.QueueURL) != (fauxqs.Depth{}); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the queue never got empty: %+v", l.depth(t, l.system.QueueURL))
		}
	}
	return l.depth(t, l.system.DeadLetterURL).Ready
}

// seen are the lines that the function of function_test.go wrote.
type seen struct {
	mu    sync.Mutex
	lines map[string]int
}

func (s *seen) add(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.HasPrefix(line, "received ") {
		s.lines[line]++
	}
}

// check wants each line once and no others.
func (s *seen) check(t *testing.T, want []string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range want {
		if s.lines[line] != 1 {
			t.Errorf("%q %d times", line, s.lines[line])
		}
	}
	if len(s.lines) != len(want) {
		t.Errorf("received %v", slices.Sorted(maps.Keys(s.lines)))
	}
}

func startFunction(t *testing.T, timeout time.Duration) (*seen, func(context.Context, []byte) ([]byte, error)) {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	lines := &seen{lines: map[string]int{}}
	f, err := lambdasim.New(lambdasim.Options{Bootstrap: executable, Env: map[string]string{roleVariable: "1"}, Concurrency: 2, Timeout: timeout, Logs: lines.add})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	// Warm: on a busy machine a cold start may outlast the short visibility timeouts of these tests.
	if _, err := f.Invoke(t.Context(), []byte(`{"Records":[]}`)); err != nil {
		t.Fatal(err)
	}
	return lines, func(ctx context.Context, event []byte) ([]byte, error) {
		result, err := f.Invoke(ctx, event)
		return result.Payload, err
	}
}
