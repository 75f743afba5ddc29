package function

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
)

// canned answers a first run's calls at once, and judges nothing: what is
// measured is the function alone.
type canned struct {
	mu   sync.Mutex
	made map[string][]byte // by the bucket's host and path, with the creation's body, which has the tag
}

// ServeHTTP answers over a connection.
func (c *canned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	status, answer := c.answer(r, body)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer)
}

func (c *canned) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	status, answer := c.answer(r, body)
	return &http.Response{
		StatusCode: status, Header: http.Header{"X-Amz-Request-Id": {"canned"}, "Content-Type": {"application/xml"}},
		Body: io.NopCloser(strings.NewReader(answer)), ContentLength: int64(len(answer)), Request: r,
	}, nil
}

func (c *canned) answer(r *http.Request, body []byte) (int, string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	bucket, query := r.Host+r.URL.Path, r.URL.Query()
	tags, made := c.made[bucket]
	switch {
	case functiontest.ServiceOf(r) == functiontest.Tagging:
		return 200, `{"ResourceTagMappingList":[]}`
	case functiontest.ServiceOf(r) == functiontest.Control:
		return 200, `<PublicAccessBlockConfiguration/>`
	case r.Method == http.MethodPost:
		return 200, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`
	case query.Has("tagging") && made:
		from, to := bytes.Index(tags, []byte("<Tags>")), bytes.Index(tags, []byte("</Tags>"))
		return 200, `<Tagging><TagSet>` + string(tags[from+len("<Tags>"):to]) + `</TagSet></Tagging>`
	case query.Has("tagging"):
		return 404, `<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>`
	case query.Has("policy") && r.Method == http.MethodGet:
		return 404, `<Error><Code>NoSuchBucketPolicy</Code><Message>The bucket policy does not exist</Message></Error>`
	case r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/homes/"):
		return 404, `<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>`
	case r.Method == http.MethodPut && r.URL.RawQuery == "":
		c.made[bucket] = body
	}
	return 200, ""
}

// BenchmarkBatchOfTen is a batch of ten first runs: what the function itself costs.
func BenchmarkBatchOfTen(b *testing.B) {
	batch := New(functiontest.Settings(region, nil), &canned{made: map[string][]byte{}}, silent)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if answer := batch.Handle(b.Context(), tenSignups(n)); len(answer.BatchItemFailures) > 0 {
			b.Fatalf("failures %v", answer.BatchItemFailures)
		}
	}
}

// tenSignups is the n-th batch of ten new organizations.
func tenSignups(n int) (event events.SQSEvent) {
	for i := range 10 {
		event.Records = append(event.Records, record(i, fmt.Sprintf("org%d-%d", n, i)))
	}
	return event
}
