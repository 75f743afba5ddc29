package function

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/config"
)

// The SDK sends a request at most MaxAttempts times, with at most MaxBackoff
// between two attempts.
const (
	MaxAttempts = 4
	MaxBackoff  = 2 * time.Second
)

type clients struct {
	s3  *s3.Client
	sns *sns.Client
	sqs *sqs.Client
}

// newClients makes the SDK's clients without the SDK's config package, which
// would link the credential sources of every other place that code can run at.
func newClients(s config.Settings, transport http.RoundTripper) clients {
	cfg := Config(s, transport)
	return clients{
		s3:  NewS3(cfg, s),
		sns: NewSNS(cfg, s),
		sqs: sqs.NewFromConfig(cfg, func(o *sqs.Options) {
			o.BaseEndpoint, o.EndpointOptions.UseFIPSEndpoint = endpoint(s.Endpoints.SQS), fips(s)
		}),
	}
}

// NewS3 returns a client of the endpoint that the settings name.
func NewS3(cfg aws.Config, s config.Settings) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.BaseEndpoint, o.UsePathStyle = endpoint(s.Endpoints.S3), s.S3UsePathStyle
		o.EndpointOptions.UseFIPSEndpoint = fips(s)
	})
}

// NewSNS returns a client of the endpoint that the settings name.
func NewSNS(cfg aws.Config, s config.Settings) *sns.Client {
	return sns.NewFromConfig(cfg, func(o *sns.Options) {
		o.BaseEndpoint, o.EndpointOptions.UseFIPSEndpoint = endpoint(s.Endpoints.SNS), fips(s)
	})
}

// Config is the SDK's configuration of every client of a function: the role's
// credentials, no redirects, and retries without a shared budget.
func Config(s config.Settings, transport http.RoundTripper) aws.Config {
	return aws.Config{
		Region:      s.Naming.Region,
		Credentials: roleCredentials(s.Credentials),
		HTTPClient:  newHTTPClient(transport),
		Retryer:     newRetryer,
	}
}

func fips(s config.Settings) aws.FIPSEndpointState {
	if s.FIPS {
		return aws.FIPSEndpointStateEnabled
	}
	return aws.FIPSEndpointStateUnset
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

// newHTTPClient follows no redirect: a request that was signed for one bucket is
// never sent elsewhere.
func newHTTPClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     transport,
	}
}

// newRetryer repeats what AWS asks to repeat: throttling, 5xx and broken
// connections, also one that breaks within the answer. Clients share no budget of retries, so that the failures of one
// organization's calls take nothing from another's; what stays is redelivered.
func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = MaxAttempts
		o.MaxBackoff = MaxBackoff
		o.RateLimiter = ratelimit.None
		o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(brokeOff))
	})
}

// brokeOff has the SDK repeat a request whose answer ended within its body, as it
// repeats one whose connection broke before the answer.
func brokeOff(err error) aws.Ternary {
	if _, cut := errors.AsType[*smithy.DeserializationError](err); cut || errors.Is(err, io.ErrUnexpectedEOF) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}
