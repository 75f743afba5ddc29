package storm

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/config"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
	"github.com/fusionpos/orgbucket/pkg/sqsbatch"
)

const (
	account = "935799716578"
	region  = "us-east-1"
	// call is how long every call of S3 and SNS takes.
	call = 30 * time.Millisecond
)

var (
	naming     = bucket.Naming{Account: account, Region: region, BucketPrefix: config.DefaultBucketPrefix, ClientAccount: account, ClientUserPrefix: config.DefaultClientUserPrefix}
	redelivery = sqsbatch.Redelivery{Min: config.DefaultRedeliveryMinDelay, Max: config.DefaultRedeliveryMaxDelay}
)

// cloud is what the function's processes share.
type cloud struct {
	s3     *s3fake.Server
	queue  *queue
	topic  topic
	log    counter
	counts requests
}

// newProcess wires the function as its main package does.
func (c *cloud) newProcess(s settings) *sqsbatch.Batch {
	client := c.s3.Client(s3fake.ClientOptions{
		AccessKeyID: "function", Region: region, Retryer: s.newRetryer(),
		HTTPClient: &http.Client{Transport: counting{c.s3.RoundTripper(), &c.counts}},
	})
	service := provision.NewService(naming, s3store.New(client, account))
	handler := provision.NewHandler(service, outcome.NewPublisher(&c.topic, "arn:aws:sns:"+region+":"+account+":outcomes"))
	return sqsbatch.New(handler, c.queue, slog.New(slog.NewJSONHandler(&c.log, nil)), sqsbatch.Options{
		QueueURL: "queue", MaxReceiveCount: s.receives, Redelivery: redelivery,
	})
}

func (s settings) newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff, o.RateLimiter = s.attempts, s.longestPause, ratelimit.None
	})
}

// topic counts outcomes by status, and which organizations they were about.
type topic struct {
	mu       sync.Mutex
	statuses map[string]int
	ready    map[string]bool
}

// Publish is SNS's, for package outcome.
func (t *topic) Publish(_ context.Context, in *sns.PublishInput, _ ...func(*sns.Options)) (*sns.PublishOutput, error) {
	time.Sleep(call)
	t.mu.Lock()
	defer t.mu.Unlock()
	status := *in.MessageAttributes["status"].StringValue
	t.statuses[status]++
	if status != "failed" {
		t.ready[*in.MessageAttributes["orgId"].StringValue] = true
	}
	return &sns.PublishOutput{}, nil
}

// requests counts S3's answers.
type requests struct{ reads, writes, throttled atomic.Int64 }

type counting struct {
	to     http.RoundTripper
	counts *requests
}

// RoundTrip passes a request on.
func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.to.RoundTrip(r)
	switch {
	case err != nil:
	case response.StatusCode == http.StatusServiceUnavailable:
		c.counts.throttled.Add(1)
	case r.Method == http.MethodPut:
		c.counts.writes.Add(1)
	default:
		c.counts.reads.Add(1)
	}
	return response, err
}

// counter is a log that only its length is kept of.
type counter struct{ bytes atomic.Int64 }

// Write counts.
func (c *counter) Write(p []byte) (int, error) {
	c.bytes.Add(int64(len(p)))
	return len(p), nil
}

// organization names the n-th signup's.
func organization(n int) string { return "storm" + strconv.Itoa(n) }
