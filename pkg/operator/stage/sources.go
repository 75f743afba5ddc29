package stage

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// NewSources makes the sources of an AWS configuration for the stage of this name. Where the endpoints that it
// sets are those of another system than AWS, services without one aren't asked:
// that system's credentials are none of AWS's business.
func NewSources(cfg aws.Config, name string, getenv func(string) string) Sources {
	s, at := Sources{Name: name, Getenv: getenv, Region: cfg.Region}, account.EndpointsOf(cfg)
	if client := ssm.NewFromConfig(cfg); at.Serve(client.Options().BaseEndpoint) {
		s.Parameters = client
	}
	if client := sts.NewFromConfig(cfg); at.Serve(client.Options().BaseEndpoint) {
		s.Identity = client
	}
	return s
}
