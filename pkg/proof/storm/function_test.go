package storm

import (
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/function"
	"github.com/fusionpos/orgbucket/pkg/sqsbatch"
)

const (
	account = functiontest.Account
	region  = "us-east-1"
	// call is how long every call of S3 and SNS takes.
	call = 30 * time.Millisecond
)

// cloud is what the function's processes share, and the transport of each.
type cloud struct {
	s3     *s3fake.Server
	queue  *queue
	topic  topic
	log    counter
	counts requests
}

// newProcess is the function in a process of its own.
func (c *cloud) newProcess(s settings) *sqsbatch.Batch {
	return function.New(s.function, c, slog.New(slog.NewJSONHandler(&c.log, nil)))
}

// RoundTrip passes a request on to its service.
func (c *cloud) RoundTrip(r *http.Request) (*http.Response, error) {
	switch functiontest.ServiceOf(r) {
	case functiontest.SNS:
		return c.topic.publish(r)
	case functiontest.SQS:
		return c.queue.changeVisibility(r)
	}
	response, err := c.s3.RoundTripper().RoundTrip(r)
	if err == nil {
		c.counts.add(r, response)
	}
	return response, err
}

// topic counts outcomes by status, and which organizations they were about.
type topic struct {
	mu       sync.Mutex
	statuses map[string]int
	ready    map[string]bool
}

// publish answers SNS's one call.
func (t *topic) publish(r *http.Request) (*http.Response, error) {
	time.Sleep(call)
	p, err := functiontest.ReadPublication(r)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.statuses[p.Attributes["status"]]++
	if p.Attributes["status"] != "failed" {
		t.ready[p.Attributes["orgId"]] = true
	}
	return functiontest.Published(r), nil
}

// requests counts S3's answers.
type requests struct{ reads, writes, throttled atomic.Int64 }

func (n *requests) add(r *http.Request, answer *http.Response) {
	switch {
	case answer.StatusCode == http.StatusServiceUnavailable:
		n.throttled.Add(1)
	case r.Method == http.MethodPut:
		n.writes.Add(1)
	default:
		n.reads.Add(1)
	}
}

// counter is a log of which only the length is kept.
type counter struct{ bytes atomic.Int64 }

// Write counts.
func (c *counter) Write(p []byte) (int, error) {
	c.bytes.Add(int64(len(p)))
	return len(p), nil
}

// organization names the n-th signup's.
func organization(n int) string { return "storm" + strconv.Itoa(n) }
