package main

import (
	"reflect"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/auth"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// TestThePathEndpointIsWhatTheRulesSay holds the endpoint that is found once to
// the SDK's rules, for names of every kind, in each partition.
func TestThePathEndpointIsWhatTheRulesSay(t *testing.T) {
	rules := s3.NewDefaultEndpointResolverV2()
	for _, region := range []string{"us-east-1", "eu-central-1", "me-south-1", "ap-southeast-1", "cn-north-1", "us-gov-west-1"} {
		for _, base := range []*string{nil, aws.String("http://127.0.0.1:9000"), aws.String("https://s3.local/below")} {
			p, err := newPathEndpoint(region, base)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range bucketNames(t, region) {
				params := s3.EndpointParameters{Bucket: &name, Region: &region, Endpoint: base, ForcePathStyle: aws.Bool(true)}
				want, err := rules.ResolveEndpoint(t.Context(), params.WithDefaults())
				if err != nil {
					t.Fatal(err)
				}
				got, err := p.ResolveEndpoint(t.Context(), params)
				if err != nil || got.URI.String() != want.URI.String() || len(got.Headers) != len(want.Headers) || !reflect.DeepEqual(got.Properties, want.Properties) {
					t.Errorf("%s in %s: got %s %v (%v), the rules say %s %v", name, region, got.URI.String(), got.Properties, err, want.URI.String(), want.Properties)
				}
			}
		}
	}
}

// bucketNames are those of a short and of a long id.
func bucketNames(t *testing.T, region string) (names []string) {
	n := bucket.Naming{Account: account, Region: region, BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}
	for _, id := range []string{"x", "xmsqa1", "a-very-long-organization-id-of-fifty-two-characters"} {
		spec, err := n.Spec(org.ID(id))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range spec.Candidates {
			names = append(names, c.Name)
		}
	}
	return names
}

func TestThePathEndpointLeavesTheRestToTheRules(t *testing.T) {
	p, err := newPathEndpoint("us-east-1", nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.ResolveEndpoint(t.Context(), s3.EndpointParameters{Region: aws.String("us-east-1")}.WithDefaults())
	if err != nil || e.URI.String() != "https://s3.us-east-1.amazonaws.com" {
		t.Errorf("without a bucket it is %s (%v)", e.URI.String(), err)
	}
	if _, err := newPathEndpoint("no Region", nil); err == nil {
		t.Error("there's an endpoint in no Region")
	}
}

// TestThePathEndpointSharesNothing: the SDK writes into what it was given, for
// several calls at once. The race detector sees what would be shared.
func TestThePathEndpointSharesNothing(t *testing.T) {
	p, err := newPathEndpoint("us-east-1", nil)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			e, _ := p.ResolveEndpoint(t.Context(), s3.EndpointParameters{Bucket: aws.String("b")})
			e.Headers.Set("a", "b")
			options, _ := auth.GetAuthOptions(&e.Properties)
			for _, o := range options {
				o.SchemeID = "other"
				o.SignerProperties.Set("a", "b")
				o.IdentityProperties.Set("a", "b")
			}
		})
	}
	wg.Wait()
	e, _ := p.ResolveEndpoint(t.Context(), s3.EndpointParameters{Bucket: aws.String("b")})
	options, _ := auth.GetAuthOptions(&e.Properties)
	if len(options) == 0 || options[0].SchemeID == "other" || options[0].SignerProperties.Has("a") || e.Headers.Get("a") != "" {
		t.Errorf("what one call wrote another one reads: %+v", e)
	}
}
