package operator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// receipts is a proxy in front of SQS that notes the receipt handles which the
// tool gets. With them a test makes visible what a killed run has hidden: by
// itself that takes two minutes.
type receipts struct {
	calls   sync.RWMutex // read-locked by each call
	mu      sync.Mutex
	handles []string
}

// newReceipts starts a proxy and gives its URL.
func newReceipts(t *testing.T, sqs string) (*receipts, string) {
	t.Helper()
	target, err := url.Parse(sqs)
	if err != nil {
		t.Fatal(err)
	}
	r := &receipts{}
	proxy := httptest.NewServer(&httputil.ReverseProxy{Transport: r, Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(target) }})
	t.Cleanup(proxy.Close)
	return r, proxy.URL
}

// RoundTrip notes the handles of an answer. A call goes on when the tool is
// killed, so that no answer is lost.
func (r *receipts) RoundTrip(request *http.Request) (*http.Response, error) {
	r.calls.RLock()
	defer r.calls.RUnlock()
	answer, err := http.DefaultTransport.RoundTrip(request.WithContext(context.WithoutCancel(request.Context())))
	if err != nil || !strings.HasSuffix(request.Header.Get("X-Amz-Target"), ".ReceiveMessage") {
		return answer, err
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	var got struct {
		Messages []struct{ ReceiptHandle string }
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range got.Messages {
		r.handles = append(r.handles, m.ReceiptHandle)
	}
	return answer, nil
}

// release makes visible what is still there of what was received.
func (r *receipts) release(t *testing.T, q *queue.Queue) {
	r.calls.Lock()
	defer r.calls.Unlock()
	_ = q.Release(t.Context(), r.handles) // of deleted messages it fails
	r.handles = nil
}
