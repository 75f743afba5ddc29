package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/config"
)

type clients struct {
	s3  *s3.Client
	sns *sns.Client
	sqs *sqs.Client
}

// newClients makes the SDK's clients without the SDK's config package, which
// would link the credential sources of every other place that code can run at.
func newClients(s config.Settings, client *http.Client) clients {
	cfg := aws.Config{
		Region:      s.Naming.Region,
		Credentials: roleCredentials(s.Credentials),
		HTTPClient:  client,
		Retryer:     newRetryer,
	}
	return clients{
		s3: s3.NewFromConfig(cfg, func(o *s3.Options) {
			o.BaseEndpoint, o.UsePathStyle = endpoint(s.Endpoints.S3), s.S3UsePathStyle
			if o.UsePathStyle {
				usePathEndpoint(o)
			}
		}),
		sns: sns.NewFromConfig(cfg, func(o *sns.Options) { o.BaseEndpoint = endpoint(s.Endpoints.SNS) }),
		sqs: sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.BaseEndpoint = endpoint(s.Endpoints.SQS) }),
	}
}

func endpoint(url string) *string {
	if url == "" {
		return nil
	}
	return &url
}

func roleCredentials(c config.Credentials) aws.CredentialsProviderFunc {
	return func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken, Source: "environment"}, nil
	}
}

// loadRoots loads the system's root certificates while the function waits for
// its first message: the first TLS connection would wait for them. Go does it
// once and keeps them. Local servers without TLS need none.
func loadRoots(e config.Endpoints) {
	if !strings.HasPrefix(e.S3, "http:") {
		_, _ = x509.SystemCertPool() // an error comes again with the first connection
	}
}

// newRetryer repeats what AWS asks to repeat: throttling, 5xx and broken
// connections. Clients share no budget of retries, so that the failures of one
// organization's calls take nothing from another's; what stays is redelivered.
func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 4
		o.MaxBackoff = 2 * time.Second
		o.RateLimiter = ratelimit.None
	})
}

// maxIdleConnections is how many connections wait to be used again. Lambda lets a
// process have 1,024 files open
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and
// with virtual-hosted names every new bucket brings connections of its own.
const maxIdleConnections = 100

// idleTimeout is how long a connection waits to be used again. Between two
// invocations Lambda freezes the process, which then doesn't notice that a server
// closes a connection. A call that can't just be repeated by the transport, a PUT
// or a POST, takes an attempt of the SDK to find out, for each such connection.
// The batches of a burst follow each other within milliseconds.
const idleTimeout = 5 * time.Second

// newHTTPClient has no call wait longer than a delivery can, and follows no
// redirect: a request that was signed for one bucket is never sent elsewhere.
func newHTTPClient() *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSClientConfig:       &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(0)},
			TLSHandshakeTimeout:   3 * time.Second,
			ResponseHeaderTimeout: 8 * time.Second,
			MaxIdleConns:          maxIdleConnections,
			MaxIdleConnsPerHost:   64,
			IdleConnTimeout:       idleTimeout,
		},
	}
}
