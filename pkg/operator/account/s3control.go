package account

import (
	"context"
	"net"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// NewS3Control returns a fenced client of S3 Control.
func NewS3Control(cfg aws.Config) *s3control.Client {
	return s3control.NewFromConfig(Fenced(cfg), func(o *s3control.Options) {
		o.EndpointResolverV2 = atAddress{s3control.NewDefaultEndpointResolverV2()}
	})
}

// atAddress resolves S3 Control's endpoint. The SDK puts the account's number
// before the host's name, which can't be done with an IP address: a server there
// takes the number from the header x-amz-account-id.
type atAddress struct{ s3control.EndpointResolverV2 }

// ResolveEndpoint returns an endpoint that is an IP address as it is, and any other
// as the SDK resolves it.
func (r atAddress) ResolveEndpoint(ctx context.Context, p s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	if u, err := url.Parse(aws.ToString(p.Endpoint)); err == nil && net.ParseIP(u.Hostname()) != nil {
		return smithyendpoints.Endpoint{URI: *u}, nil
	}
	return r.EndpointResolverV2.ResolveEndpoint(ctx, p)
}
