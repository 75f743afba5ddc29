package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"

	"github.com/fusionpos/orgbucket/pkg/operator/bufferedhttp"
	"github.com/fusionpos/orgbucket/pkg/operator/mfa"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// Load reads credentials, Region, endpoints and certificates the ways that the
// AWS command line does.
func (a *App) Load(ctx context.Context) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{
		// Of this kind, so that AWS_CA_BUNDLE can be taken into it.
		config.WithHTTPClient(newHTTPClient()),
		config.WithLogger(logging.Nop{}), // errors say it
	}
	profile := a.profile(ctx)
	cfg, err := config.LoadDefaultConfig(ctx, append(options, config.WithAssumeRoleCredentialOptions(profile.Options))...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("read the AWS settings: %w", err)
	}
	attempts := cmp.Or(cfg.RetryMaxAttempts, maxAttempts)
	cfg.Retryer = func() aws.Retryer { return slowingDown(attempts) }
	if client, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok {
		cfg.HTTPClient = bufferedhttp.New(client.GetTransport())
	}
	cfg.Credentials, err = profile.Begin(ctx, cfg.Credentials)
	if errors.Is(err, mfa.ErrNoTerminal) {
		return cfg, Advise(err, "Run `aws sts get-caller-identity` with the same profile in a terminal first: this command uses the session that it keeps.")
	}
	return cfg, err
}

// profile asks for the code of an MFA device on a terminal, if the AWS profile wants one.
func (a *App) profile(ctx context.Context) *mfa.Profile {
	p := &mfa.Profile{Ask: func(device string) (string, error) {
		if !a.InTerminal {
			return "", mfa.ErrNoTerminal
		}
		return a.ask(ctx, fmt.Sprintf("MFA code of %s:", safetext.Line(device, 0)))
	}}
	if home, err := os.UserHomeDir(); err == nil {
		p.Dir = filepath.Join(home, ".aws", "cli", "cache")
	}
	return p
}

// maxAttempts is how often a call is made that isn't answered, or throttled.
const maxAttempts = 6

// slowingDown returns a client's retryer. A client whose calls are throttled makes
// fewer, until they are answered again, and calls don't take others' retries away.
func slowingDown(attempts int) aws.Retryer {
	return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.StandardOptions = append(o.StandardOptions, func(o *retry.StandardOptions) {
			o.MaxAttempts, o.RateLimiter = attempts, ratelimit.None
		})
	})
}

// newHTTPClient returns a client with timeouts for servers that don't answer.
func newHTTPClient() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = 5 * time.Second }).
		WithTransportOptions(func(t *http.Transport) {
			t.TLSHandshakeTimeout = 5 * time.Second
			t.ResponseHeaderTimeout = 40 * time.Second // a long poll takes 20 s
			// Each bucket has a host name, and so connections, of its own.
			t.MaxIdleConns, t.MaxIdleConnsPerHost = 64, 64
		})
}
