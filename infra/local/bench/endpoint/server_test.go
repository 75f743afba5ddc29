package endpoint

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
)

// started gives a server with a setup; it ends with the test.
func started(t *testing.T, setup Setup) *Server {
	t.Helper()
	s, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	reset(t, s, setup)
	return s
}

func reset(t *testing.T, s *Server, setup Setup) {
	t.Helper()
	if err := s.Addresses.Reset(t.Context(), setup); err != nil {
		t.Fatal(err)
	}
}

func stats(t *testing.T, s *Server) Stats {
	t.Helper()
	counted, err := s.Addresses.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return counted
}

// config is the SDK's, with connections that nobody else uses.
func (s *Server) config(t *testing.T, endpoint, proxy string) aws.Config {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(s.Addresses.Certificate))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	if proxy != "" {
		transport.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy) }
	}
	t.Cleanup(transport.CloseIdleConnections)
	cfg := aws.Config{Region: Region, HTTPClient: &http.Client{Transport: transport}, Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret"}, nil
	})}
	if endpoint != "" {
		cfg.BaseEndpoint = &endpoint
	}
	return cfg
}

func create(t *testing.T, client *s3.Client, name string) error {
	t.Helper()
	_, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name, CreateBucketConfiguration: &types.CreateBucketConfiguration{
		Tags: []types.Tag{{Key: aws.String("OrgId"), Value: aws.String("x")}},
	}})
	return err
}

func TestEveryServiceAnswersAndIsCounted(t *testing.T) {
	s := started(t, Setup{State: Empty, Organizations: []string{"a", "b"}, Delay: 5 * time.Millisecond})
	cfg := s.config(t, s.Addresses.Plain, "")
	began := time.Now()
	if err := create(t, s3.NewFromConfig(cfg), "fusion-rms-a"); err != nil {
		t.Fatal(err)
	}
	topic, message := aws.String("arn:aws:sns:us-east-1:123456789012:outcomes"), aws.String(`{"orgId":"a"}`)
	if _, err := sns.NewFromConfig(cfg).Publish(t.Context(), &sns.PublishInput{TopicArn: topic, Message: message}); err != nil {
		t.Fatal(err)
	}
	batch, err := sns.NewFromConfig(cfg).PublishBatch(t.Context(), &sns.PublishBatchInput{TopicArn: topic, PublishBatchRequestEntries: []snstypes.PublishBatchRequestEntry{
		{Id: aws.String("1"), Message: message}, {Id: aws.String("2"), Message: aws.String(`{"orgId":"b"}`)},
	}})
	if err != nil || len(batch.Successful) != 2 {
		t.Fatalf("batch %+v, error %v", batch, err)
	}
	handle := HandlePrefix + "b"
	if _, err := sqs.NewFromConfig(cfg).ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: aws.String(s.Addresses.Plain + "/q"), ReceiptHandle: &handle}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 20*time.Millisecond {
		t.Errorf("four calls of 5 ms took %s", took)
	}
	got := stats(t, s)
	for _, operation := range []string{"CreateBucket", "Publish", "PublishBatch", "ChangeMessageVisibility"} {
		if got.Calls[operation] != 1 {
			t.Errorf("%d calls of %s", got.Calls[operation], operation)
		}
	}
	// a: create, publish, batch; b: batch (which waited for a's two), visibility.
	if got.Total() != 4 || got.Depth != 4 || got.Writes != 1 || len(got.Refused) != 0 {
		t.Errorf("got %+v", got)
	}
	// The SDK may keep one connection or open another.
	if got.Connections < 1 || got.Connections > 4 || got.Handshakes != 0 || got.BytesIn < 1000 || got.BytesOut < 500 {
		t.Errorf("got %+v", got)
	}
}

func TestHandshakesAreCountedAndVirtualHostedNamesNeedOneForEachBucket(t *testing.T) {
	s := started(t, Setup{State: Empty, Organizations: []string{"a", "b"}})
	for name, c := range map[string]struct {
		endpoint, proxy string
		path            bool
		connections     int
	}{
		"an address":                        {s.Addresses.TLS, "", true, 1},
		"a name through the proxy":          {"", s.Addresses.Proxy, true, 1},
		"virtual-hosted names at the proxy": {"", s.Addresses.Proxy, false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			reset(t, s, Setup{State: Empty, Organizations: []string{"a", "b"}})
			client := s3.NewFromConfig(s.config(t, c.endpoint, c.proxy), func(o *s3.Options) { o.UsePathStyle = c.path })
			for _, bucket := range []string{"fusion-rms-a", "fusion-rms-b"} {
				if err := create(t, client, bucket); err != nil {
					t.Fatal(err)
				}
				if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("pub/"), Body: strings.NewReader("")}); err != nil {
					t.Fatal(err)
				}
			}
			if got := stats(t, s); got.Handshakes != c.connections || got.Connections != c.connections || got.Depth != 2 || got.Calls["PutObject"] != 2 {
				t.Errorf("got %+v, want %d connections", got, c.connections)
			}
		})
	}
}

func TestTheStateIsMadeBeforeARun(t *testing.T) {
	s := started(t, Setup{State: Foreign, Organizations: []string{"a"}})
	client := s3.NewFromConfig(s.config(t, s.Addresses.Plain, ""))
	var refused smithy.APIError
	if err := create(t, client, "fusion-rms-a"); !errors.As(err, &refused) || refused.ErrorCode() != "BucketAlreadyExists" {
		t.Errorf("a name of a stranger: %v", err)
	}
	if err := s.Addresses.Reset(t.Context(), Setup{State: Damaged, Organizations: []string{"missing"}}); err == nil {
		t.Error("a bucket was damaged that isn't there")
	}
	if err := s.Addresses.Reset(t.Context(), Setup{State: "odd", Organizations: []string{"a"}}); err == nil {
		t.Error("a state was taken that there isn't")
	}
	if err := s.Addresses.Reset(t.Context(), Setup{State: Empty, Organizations: []string{"NO"}}); err == nil {
		t.Error("an id was taken that isn't one")
	}
}

func TestWhatIsNotKnownIsRefused(t *testing.T) {
	s := started(t, Setup{State: Empty, Organizations: []string{"a"}})
	client := s3.NewFromConfig(s.config(t, s.Addresses.Plain, ""), func(o *s3.Options) { o.RetryMaxAttempts = 1 })
	if _, err := client.GetBucketAcl(t.Context(), &s3.GetBucketAclInput{Bucket: aws.String("fusion-rms-a")}); err == nil {
		t.Error("an operation was answered that the server doesn't have")
	}
	if got := stats(t, s); got.Refused["GET bucket 501"] != 1 {
		t.Errorf("got %+v", got)
	}
}
