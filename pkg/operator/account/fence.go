package account

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// How long a request may take, retries included, and a walk over many pages.
const (
	patience     = 20 * time.Second
	walkPatience = 2 * time.Minute
)

// Asking returns cfg for clients that ask one question at a time: each operation
// ends after 20 seconds, retries included, and [Fenced] holds.
func Asking(cfg aws.Config) aws.Config {
	return with(Fenced(cfg), func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Patience",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				ctx, stop := context.WithTimeout(ctx, patience)
				defer stop()
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
	})
}

// Fenced returns cfg for clients that never send credentials of another system to
// AWS: if the endpoint of one service is another system's, a service without an
// endpoint of its own isn't there, and its operations end with a *CantTell.
func Fenced(cfg aws.Config) aws.Config {
	named, elsewhere := endpoints(cfg)
	if !elsewhere {
		return cfg
	}
	mayAsk := func(host string) bool {
		return !ofAWS(host) || slices.ContainsFunc(named, func(n string) bool { return strings.HasSuffix(host, n) })
	}
	return with(cfg, func(stack *middleware.Stack) error {
		return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("Fence",
			func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
				if r, ok := in.Request.(*smithyhttp.Request); !ok || !mayAsk(r.URL.Hostname()) {
					return middleware.FinalizeOutput{}, middleware.Metadata{}, notServed(awsmiddleware.GetServiceID(ctx))
				}
				return next.HandleFinalize(ctx, in)
			}), "ResolveEndpointV2", middleware.After)
	})
}

func with(cfg aws.Config, option func(*middleware.Stack) error) aws.Config {
	cfg.APIOptions = append(slices.Clip(cfg.APIOptions), option)
	return cfg
}

// notServed is the answer of a service that isn't there.
func notServed(service string) *CantTell {
	if slices.Contains([]string{"Organizations", "SSM", "STS"}, service) {
		service = "AWS " + service
	}
	e := cant("%s isn't served here: the endpoints that are set aren't AWS's", service)
	e.notServed = true
	return e
}

// NotServed reports whether the service isn't there (see [Fenced]).
func (e *CantTell) NotServed() bool { return e.notServed }

// IsNotServed reports whether err is that the service isn't there (see [Fenced]).
func IsNotServed(err error) bool {
	e, ok := errors.AsType[*CantTell](err)
	return ok && e.NotServed()
}

// endpoints returns the hosts of the endpoints that the environment and the profile
// set, and reports whether one of them isn't AWS's.
func endpoints(cfg aws.Config) (hosts []string, elsewhere bool) {
	for _, base := range []*string{
		s3.NewFromConfig(cfg).Options().BaseEndpoint,
		sqs.NewFromConfig(cfg).Options().BaseEndpoint,
		sns.NewFromConfig(cfg).Options().BaseEndpoint,
		ssm.NewFromConfig(cfg).Options().BaseEndpoint,
		iam.NewFromConfig(cfg).Options().BaseEndpoint,
		sts.NewFromConfig(cfg).Options().BaseEndpoint,
		lambda.NewFromConfig(cfg).Options().BaseEndpoint,
		s3control.NewFromConfig(cfg).Options().BaseEndpoint,
		organizations.NewFromConfig(cfg).Options().BaseEndpoint,
		servicequotas.NewFromConfig(cfg).Options().BaseEndpoint,
		costexplorer.NewFromConfig(cfg).Options().BaseEndpoint,
		cloudwatchlogs.NewFromConfig(cfg).Options().BaseEndpoint,
	} {
		if base == nil {
			continue
		}
		u, err := url.Parse(*base)
		if err != nil || !ofAWS(u.Hostname()) {
			elsewhere = true
			continue
		}
		hosts = append(hosts, u.Hostname())
	}
	return hosts, elsewhere
}

// ofAWS reports whether a host is in one of AWS's own domains, as the endpoints of
// VPCs are, too (https://docs.aws.amazon.com/general/latest/gr/rande.html).
func ofAWS(host string) bool {
	return slices.ContainsFunc([]string{".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"},
		func(domain string) bool { return strings.HasSuffix(strings.ToLower(host), domain) })
}
