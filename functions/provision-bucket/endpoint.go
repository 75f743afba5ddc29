package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/auth"
	endpoints "github.com/aws/smithy-go/endpoints"
)

// pathEndpoint is S3's endpoint for names in the path. The SDK goes through its
// rules twice for every call, a tenth of the function's work; but where only the
// path differs they are gone through once, for a bucket that stands for all.
type pathEndpoint struct {
	rules        s3.EndpointResolverV2
	region, base string             // what it was found for
	common       endpoints.Endpoint // without the bucket in its path
	auth         []*auth.Option
}

// standIn is a bucket's name that the rules see nothing special in, and neither
// do they in a name of pkg/bucket.
const standIn = "bucket"

// usePathEndpoint leaves the rules in place if they give no endpoint: they then
// say with every call what's wrong.
func usePathEndpoint(o *s3.Options) {
	if e, err := newPathEndpoint(o.Region, o.BaseEndpoint); err == nil {
		o.EndpointResolverV2 = e
	}
}

func newPathEndpoint(region string, base *string) (*pathEndpoint, error) {
	p := &pathEndpoint{rules: s3.NewDefaultEndpointResolverV2(), region: region, base: aws.ToString(base)}
	e, err := p.rules.ResolveEndpoint(context.Background(), s3.EndpointParameters{
		Bucket: aws.String(standIn), Region: &region, Endpoint: base, ForcePathStyle: aws.Bool(true),
	}.WithDefaults())
	if err != nil {
		return nil, fmt.Errorf("find S3's endpoint in %s: %w", region, err)
	}
	path, inPath := strings.CutSuffix(e.URI.Path, "/"+standIn)
	if !inPath {
		return nil, fmt.Errorf("find S3's endpoint in %s: %s has no bucket at its end", region, e.URI.String())
	}
	e.URI.Path, e.URI.RawPath = path, ""
	p.common = e
	p.auth, _ = auth.GetAuthOptions(&e.Properties)
	return p, nil
}

// ResolveEndpoint is called by the SDK, concurrently. What it gives away may be
// written to.
func (p *pathEndpoint) ResolveEndpoint(ctx context.Context, params s3.EndpointParameters) (e endpoints.Endpoint, err error) {
	if !p.fits(params) {
		return p.rules.ResolveEndpoint(ctx, params)
	}
	e.URI = p.common.URI
	e.URI.Path += "/" + *params.Bucket
	e.Headers = p.common.Headers.Clone()
	options := make([]*auth.Option, len(p.auth))
	for i, o := range p.auth {
		options[i] = &auth.Option{SchemeID: o.SchemeID}
		options[i].IdentityProperties.SetAll(&o.IdentityProperties)
		options[i].SignerProperties.SetAll(&o.SignerProperties)
	}
	auth.SetAuthOptions(&e.Properties, options)
	return e, nil
}

// fits tells whether a call is for a bucket at this endpoint. All of the
// function's are; one with options of its own goes through the rules.
func (p *pathEndpoint) fits(params s3.EndpointParameters) bool {
	return params.Bucket != nil && aws.ToString(params.Region) == p.region && aws.ToString(params.Endpoint) == p.base && aws.ToBool(params.ForcePathStyle) &&
		!aws.ToBool(params.UseFIPS) && !aws.ToBool(params.UseDualStack) && !aws.ToBool(params.Accelerate)
}
