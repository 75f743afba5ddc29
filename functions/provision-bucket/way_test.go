package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/config"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

const (
	account = "935799716578"
	perCall = 30 * time.Millisecond
)

// messaging answers SNS and SQS in process, every call in perCall of virtual time.
type messaging struct {
	mu       sync.Mutex
	outcomes []map[string]any
}

func (m *messaging) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(perCall)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	answer := "{}"
	if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") == "Publish" {
		var outcome map[string]any
		if err := json.Unmarshal([]byte(form.Get("Message")), &outcome); err != nil {
			return nil, err
		}
		m.mu.Lock()
		m.outcomes = append(m.outcomes, outcome)
		m.mu.Unlock()
		answer = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
}

func testSettings(t testing.TB) config.Settings {
	t.Helper()
	env := map[string]string{
		"OUTCOME_TOPIC_ARN": "arn:aws:sns:us-east-1:935799716578:outcomes", "QUEUE_URL": "https://queue.invalid/q",
		"MAX_RECEIVE_COUNT": "5", "ACCOUNT_ID": account, "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "function", "AWS_SECRET_ACCESS_KEY": "secret",
	}
	s, err := config.Load(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// batchOf has n organizations provisioned by the function's own wiring and tells
// how long the batch took in virtual time.
func batchOf(t *testing.T, n int) (took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		store, m := s3fake.New(account), &messaging{}
		store.SetDelay(perCall)
		var event events.SQSEvent
		for i := range n {
			store.AddUser(fmt.Sprintf("arn:aws:iam::%s:user/rms_org%d", account, i))
			event.Records = append(event.Records, events.SQSMessage{
				MessageId: fmt.Sprint("m", i), ReceiptHandle: "h", Body: fmt.Sprintf(`{"orgId":"org%d"}`, i),
				Attributes: map[string]string{"ApproximateReceiveCount": "1"},
			})
		}
		cfg := aws.Config{Region: "us-east-1", HTTPClient: &http.Client{Transport: m}, Credentials: roleCredentials(config.Credentials{AccessKeyID: "k", SecretAccessKey: "s"})}
		all := clients{s3: store.Client(s3fake.ClientOptions{AccessKeyID: "function"}), sns: sns.NewFromConfig(cfg), sqs: sqs.NewFromConfig(cfg)}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		began := time.Now()
		answer, err := newBatch(testSettings(t), all, slog.New(slog.NewJSONHandler(io.Discard, nil))).Handle(ctx, event)
		took = time.Since(began)
		if err != nil || len(answer.BatchItemFailures) > 0 || len(m.outcomes) != n || len(store.Names()) != n {
			t.Fatalf("error %v, failures %v, %d outcomes, buckets %v", err, answer.BatchItemFailures, len(m.outcomes), store.Names())
		}
	})
	return took
}

func TestTenOrganizationsInABatchTakeNoLongerThanOne(t *testing.T) {
	one, ten := batchOf(t, 1), batchOf(t, 10)
	t.Logf("one: %s, ten: %s", one, ten)
	if one > 5*perCall {
		t.Errorf("one organization took %d calls one after the other, publishing included; at most 5 are allowed", one/perCall)
	}
	if ten > one*3/2 {
		t.Errorf("ten organizations took %s, more than 1.5 times one's %s", ten, one)
	}
}

// TestTheClientsGoWhereTheSettingsSay sends one request through each client that
// the function would use.
func TestTheClientsGoWhereTheSettingsSay(t *testing.T) {
	s := testSettings(t)
	s.Endpoints = config.Endpoints{S3: "http://s3.local:1", SNS: "http://sns.local:2", SQS: "http://sqs.local:3"}
	s.S3UsePathStyle = true
	c := newClients(s, newHTTPClient())
	if o := c.s3.Options(); *o.BaseEndpoint != s.Endpoints.S3 || !o.UsePathStyle || o.Region != "us-east-1" {
		t.Errorf("S3 options: %v %v %v", *o.BaseEndpoint, o.UsePathStyle, o.Region)
	}
	if o := c.sns.Options(); *o.BaseEndpoint != s.Endpoints.SNS {
		t.Errorf("SNS endpoint %v", *o.BaseEndpoint)
	}
	if o := c.sqs.Options(); *o.BaseEndpoint != s.Endpoints.SQS {
		t.Errorf("SQS endpoint %v", *o.BaseEndpoint)
	}
	if o := newClients(testSettings(t), newHTTPClient()).s3.Options(); o.BaseEndpoint != nil || o.UsePathStyle {
		t.Error("without settings the client doesn't use AWS's own endpoint")
	}
}
