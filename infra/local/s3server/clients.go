package s3server

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// iamRegion is what IAM requests are signed for everywhere in the partition aws.
const iamRegion = "us-east-1"

// Client returns an S3 client that acts as a user. It does not retry: what it
// returns is the answer to one request, as a check wants it, and one entry in
// the call log.
func (s *Server) Client(c Credentials) *s3.Client {
	return s.client(credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, ""))
}

// RootClient returns an S3 client that may do everything in the account, like the operator's.
func (s *Server) RootClient() *s3.Client { return s.Client(s.root) }

// AnonymousClient returns an S3 client that signs nothing, like a visitor's browser.
func (s *Server) AnonymousClient() *s3.Client { return s.client(aws.AnonymousCredentials{}) }

// RootCredentials returns the account's own key. Its id is the account's, since
// versitygw compares ExpectedBucketOwner with it.
func (s *Server) RootCredentials() Credentials { return s.root }

// ObjectURL is where a plain HTTP GET finds an object, if the public may read it.
func (s *Server) ObjectURL(bucket, key string) string {
	return s.s3URL + (&url.URL{Path: "/" + bucket + "/" + key}).EscapedPath()
}

// ControlClient returns an S3 Control client that acts as a user. The server has a
// bucket's tags (TagResource, UntagResource) and the account's public access block.
func (s *Server) ControlClient(c Credentials) *s3control.Client {
	return s3control.New(s3control.Options{
		EndpointResolverV2: controlEndpoint(s.s3URL), Region: s.region, HTTPClient: s.http, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, ""),
	})
}

// controlEndpoint is where S3 Control is. The SDK would put the account's id before the address.
type controlEndpoint string

// ResolveEndpoint returns the address as it is.
func (e controlEndpoint) ResolveEndpoint(context.Context, s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	u, err := url.Parse(string(e))
	if err != nil {
		return smithyendpoints.Endpoint{}, fmt.Errorf("S3 Control's endpoint: %w", err)
	}
	return smithyendpoints.Endpoint{URI: *u}, nil
}

// iamClient returns an IAM client of the account's root.
func (s *Server) iamClient() *iam.Client {
	return iam.New(iam.Options{
		BaseEndpoint: &s.iamURL, Region: iamRegion, HTTPClient: s.http, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(s.root.AccessKeyID, s.root.SecretAccessKey, ""),
	})
}

func (s *Server) client(provider aws.CredentialsProvider) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: &s.s3URL, Region: s.region, HTTPClient: s.http, RetryMaxAttempts: 1,
		UsePathStyle: true, Credentials: provider,
	})
}
