package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go/logging"

	"github.com/fusionpos/orgbucket/pkg/operator/bufferedhttp"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// connection is a stage and the means to reach it.
type connection struct {
	*stage.Stage
	config    aws.Config
	pathStyle bool
}

// connect finds the deployment's parts that a command needs.
func (a *app) connect(ctx context.Context, needs stage.Needs) (*connection, error) {
	cfg, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	found, err := stage.Resolve(ctx, cfg, a.given, a.getenv, needs)
	if err != nil {
		return nil, unresolved(err)
	}
	cfg.Region = found.Naming.Region
	return &connection{Stage: found, config: cfg, pathStyle: a.pathStyle()}, nil
}

// unresolved gives the error of a deployment that wasn't found its exit status.
func unresolved(err error) error {
	e, ok := errors.AsType[*stage.Error](err)
	switch {
	case !ok:
		return err
	case e.Usage:
		return &ended{status: statusUsage, err: e, advice: e.Advice}
	}
	return &ended{status: statusFailed, err: e, advice: e.Advice}
}

// load reads credentials, Region, endpoints and certificates the ways that the
// AWS command line does.
func (a *app) load(ctx context.Context) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{
		// Of this kind, so that AWS_CA_BUNDLE can be taken into it.
		config.WithHTTPClient(newHTTPClient()),
		config.WithLogger(logging.Nop{}), // errors say it
	}
	if a.getenv("AWS_MAX_ATTEMPTS") == "" {
		options = append(options, config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = 5 })
		}))
	}
	if a.region != "" {
		options = append(options, config.WithRegion(a.region))
	}
	if a.profile != "" {
		options = append(options, config.WithSharedConfigProfile(a.profile))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("read the AWS settings: %w", err)
	}
	if client, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok {
		cfg.HTTPClient = bufferedhttp.New(&http.Client{Transport: client.GetTransport(), CheckRedirect: stay})
	}
	return cfg, nil
}

// stay follows no redirect: a request that was signed for one bucket is never
// sent elsewhere.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// newHTTPClient gives up on a server that doesn't answer.
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

// pathStyle tells whether buckets are named in the path: as the function's
// setting says, and always at an address that no bucket's name fits before.
func (a *app) pathStyle() bool {
	if strings.EqualFold(a.getenv("S3_USE_PATH_STYLE"), "true") {
		return true
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"} {
		if u, err := url.Parse(a.getenv(name)); err == nil && net.ParseIP(u.Hostname()) != nil {
			return true
		}
	}
	return false
}

func (c *connection) s3(options ...func(*s3.Options)) *s3.Client {
	options = append([]func(*s3.Options){func(o *s3.Options) { o.UsePathStyle = c.pathStyle }}, options...)
	return s3.NewFromConfig(c.config, options...)
}

func (c *connection) sqs() *sqs.Client { return sqs.NewFromConfig(c.config) }

func (c *connection) sns() *sns.Client { return sns.NewFromConfig(c.config) }

// store reads buckets as the function does.
func (c *connection) store() *s3store.Store { return s3store.New(c.s3(), c.Naming.Account) }
