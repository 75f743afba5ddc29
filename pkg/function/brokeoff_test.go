package function

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// cutting breaks off the first 200 to a query, within its body.
type cutting struct {
	*cloud
	query string
	mu    sync.Mutex
	done  bool
}

func (c *cutting) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.cloud.RoundTrip(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done || err != nil || answer.StatusCode != http.StatusOK || r.Method != http.MethodGet || !r.URL.Query().Has(c.query) {
		return answer, err
	}
	c.done = true
	body, err := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body[:len(body)/2]), broken{}))
	return answer, err
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Otherwise a last receive that meets one such answer is a dead letter.
func TestAReadWhoseAnswerBreaksOffIsRepeated(t *testing.T) {
	for _, query := range []string{"tagging", "policy", "publicAccessBlock"} {
		t.Run(query, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &cutting{cloud: &cloud{s3: s3fake.New(account)}, query: query}
				c.s3.Put(functiontest.HomesBucket, s3fake.Bucket{})
				c.s3.AddUser("arn:aws:iam::" + account + ":user/rms_org0")
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				handler := New(functiontest.Settings(region, nil), c, silent)
				event := events.SQSEvent{Records: []events.SQSMessage{record(0, "org0")}}
				for _, cut := range []bool{false, true} { // once for a bucket to read
					c.done = !cut
					if answer := handler.Handle(ctx, event); len(answer.BatchItemFailures) > 0 {
						t.Fatalf("cut %v: it failed: %v", cut, answer)
					}
				}
				if !c.done {
					t.Error("nothing was cut")
				}
			})
		})
	}
}
