package s3fake

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
)

// ClientOptions say who calls, and how.
type ClientOptions struct {
	// AccessKeyID says who calls, "operator" if empty. SetIdentity says who that is.
	AccessKeyID string
	// Region is the endpoint's, us-east-1 if empty.
	Region string
	// Retryer decides what is repeated; nil is the SDK's own.
	Retryer aws.Retryer
	// HTTPClient sends requests; nil calls the server in process.
	HTTPClient *http.Client
}

// inProcess is an address that nothing listens at. It is https, so that the SDK
// sends bodies as it does to AWS.
const inProcess = "https://s3.fake.invalid"

// Client makes an SDK client of the server.
func (s *Server) Client(o ClientOptions) *s3.Client {
	if o.AccessKeyID == "" {
		o.AccessKeyID = "operator"
	}
	options := s3.Options{
		BaseEndpoint: aws.String(inProcess), UsePathStyle: true, Region: defaultRegion,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: o.AccessKeyID, SecretAccessKey: "secret"}, nil
		}),
		Retryer: o.Retryer, HTTPClient: s.httpClient(o),
	}
	if o.Region != "" {
		options.Region = o.Region
	}
	return s3.New(options)
}

// Control makes an SDK client of the server's S3 Control.
func (s *Server) Control(o ClientOptions) *s3control.Client {
	from := s.Client(o).Options()
	return s3control.New(s3control.Options{
		BaseEndpoint: from.BaseEndpoint, Region: from.Region, Credentials: from.Credentials,
		Retryer: o.Retryer, HTTPClient: from.HTTPClient,
	})
}

// httpClient returns a client that follows no redirect: a signed request is for
// one host.
func (s *Server) httpClient(o ClientOptions) *http.Client {
	if o.HTTPClient != nil {
		return o.HTTPClient
	}
	return &http.Client{
		Transport:     s.RoundTripper(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
