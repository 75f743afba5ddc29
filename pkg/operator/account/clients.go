package account

import (
	"context"
	"net"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
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
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// Clients are the services that are asked; one that is nil isn't there. The SDK's
// clients fit, which retry by themselves and may be used concurrently.
type Clients struct {
	Identity interface {
		GetCallerIdentity(ctx context.Context, in *sts.GetCallerIdentityInput, opts ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
	}
	Users interface {
		GetUser(ctx context.Context, in *iam.GetUserInput, opts ...func(*iam.Options)) (*iam.GetUserOutput, error)
		ListUsers(ctx context.Context, in *iam.ListUsersInput, opts ...func(*iam.Options)) (*iam.ListUsersOutput, error)
	}
	AccessBlock interface {
		GetPublicAccessBlock(ctx context.Context, in *s3control.GetPublicAccessBlockInput, opts ...func(*s3control.Options)) (*s3control.GetPublicAccessBlockOutput, error)
	}
	Organization interface {
		DescribeEffectivePolicy(ctx context.Context, in *organizations.DescribeEffectivePolicyInput, opts ...func(*organizations.Options)) (*organizations.DescribeEffectivePolicyOutput, error)
	}
	Quotas interface {
		GetServiceQuota(ctx context.Context, in *servicequotas.GetServiceQuotaInput, opts ...func(*servicequotas.Options)) (*servicequotas.GetServiceQuotaOutput, error)
	}
	Buckets interface {
		ListBuckets(ctx context.Context, in *s3.ListBucketsInput, opts ...func(*s3.Options)) (*s3.ListBucketsOutput, error)
	}
}

// NewClients makes the SDK's clients of the services that are there.
func NewClients(cfg aws.Config, s3Client *s3.Client) Clients {
	c, at := Clients{Buckets: s3Client}, EndpointsOf(cfg)
	if client := sts.NewFromConfig(cfg); at.Serve(client.Options().BaseEndpoint) {
		c.Identity = client
	}
	if client := iam.NewFromConfig(cfg); at.Serve(client.Options().BaseEndpoint) {
		c.Users = client
	}
	if client := NewS3Control(cfg); client != nil {
		c.AccessBlock = client
	}
	if client := organizations.NewFromConfig(cfg); at.Serve(client.Options().BaseEndpoint) {
		c.Organization = client
	}
	if client := servicequotas.NewFromConfig(cfg); at.Serve(client.Options().BaseEndpoint) {
		c.Quotas = client
	}
	return c
}

// NewS3Control makes the SDK's client of S3 Control, nil if it isn't there.
func NewS3Control(cfg aws.Config) *s3control.Client {
	client := s3control.NewFromConfig(cfg, func(o *s3control.Options) {
		o.EndpointResolverV2 = atAddress{s3control.NewDefaultEndpointResolverV2()}
	})
	if !EndpointsOf(cfg).Serve(client.Options().BaseEndpoint) {
		return nil
	}
	return client
}

// atAddress finds S3 Control's endpoint. The SDK puts the account's id before the
// host, which makes no sense before an IP address: a server there has the id from
// the header x-amz-account-id.
type atAddress struct{ s3control.EndpointResolverV2 }

// ResolveEndpoint gives an IP address as it is, and otherwise what the SDK makes of it.
func (r atAddress) ResolveEndpoint(ctx context.Context, p s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	if u, err := url.Parse(aws.ToString(p.Endpoint)); err == nil && net.ParseIP(u.Hostname()) != nil {
		return smithyendpoints.Endpoint{URI: *u}, nil
	}
	return r.EndpointResolverV2.ResolveEndpoint(ctx, p)
}

// Endpoints tells which services may be asked. Credentials of a system that isn't
// AWS never go to AWS: if the endpoint of one service is another system's, a
// service without an endpoint of its own isn't there.
type Endpoints struct{ elsewhere bool }

// EndpointsOf looks at the endpoints that the environment and the profile set.
func EndpointsOf(cfg aws.Config) Endpoints {
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
	} {
		if base != nil && !ofAWS(*base) {
			return Endpoints{elsewhere: true}
		}
	}
	return Endpoints{}
}

// Serve tells whether a client with this base endpoint (nil for AWS's default) may
// be used.
func (e Endpoints) Serve(base *string) bool { return !e.elsewhere || base != nil }

// awsDomains are AWS's own, which the endpoints of VPCs are in, too
// (https://docs.aws.amazon.com/general/latest/gr/rande.html).
var awsDomains = []string{".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"}

func ofAWS(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	for _, domain := range awsDomains {
		if strings.HasSuffix(strings.ToLower(u.Hostname()), domain) {
			return true
		}
	}
	return false
}
