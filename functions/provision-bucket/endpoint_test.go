package main

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/auth"
	endpoints "github.com/aws/smithy-go/endpoints"

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
	for name, change := range map[string]func(*s3.EndpointParameters){
		"another Region":   func(p *s3.EndpointParameters) { p.Region = aws.String("eu-west-1") },
		"another endpoint": func(p *s3.EndpointParameters) { p.Endpoint = aws.String("http://127.0.0.1:9") },
		"name in the host": func(p *s3.EndpointParameters) { p.ForcePathStyle = aws.Bool(false) },
		"FIPS":             func(p *s3.EndpointParameters) { p.UseFIPS = aws.Bool(true) },
		"dual stack":       func(p *s3.EndpointParameters) { p.UseDualStack = aws.Bool(true) },
		"acceleration":     func(p *s3.EndpointParameters) { p.Accelerate, p.ForcePathStyle = aws.Bool(true), aws.Bool(false) },
	} {
		params := usual()
		change(&params)
		want, err := p.rules.ResolveEndpoint(t.Context(), params)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.ResolveEndpoint(t.Context(), params); err != nil || got.URI != want.URI || want.URI.String() == "https://s3.us-east-1.amazonaws.com/fusion-rms-b" {
			t.Errorf("%s: got %s (%v), the rules say %s", name, got.URI.String(), err, want.URI.String())
		}
	}
	if _, err := newPathEndpoint("no Region", nil); err == nil {
		t.Error("there's an endpoint in no Region")
	}
}

// usual is what the SDK asks with for a call of the function's.
func usual() s3.EndpointParameters {
	return s3.EndpointParameters{Bucket: aws.String("fusion-rms-b"), Region: aws.String("us-east-1"), ForcePathStyle: aws.Bool(true)}.WithDefaults()
}

type noRules struct{ t *testing.T }

func (r noRules) ResolveEndpoint(_ context.Context, p s3.EndpointParameters) (e endpoints.Endpoint, err error) {
	r.t.Errorf("the rules were asked with %+v", p)
	return e, errors.New("no rules")
}

// TestTheSDKGetsByWithoutItsRules: what it asks with fits, whatever is set.
func TestTheSDKGetsByWithoutItsRules(t *testing.T) {
	for _, base := range []string{"", "http://127.0.0.1:9000", "https://s3.local/below/"} {
		s := testSettings(t)
		s.S3UsePathStyle, s.Endpoints.S3 = true, base
		clients := newClients(s, &http.Client{Transport: &canned{made: map[string][]byte{}}})
		resolver, isPath := clients.s3.Options().EndpointResolverV2.(*pathEndpoint)
		if !isPath {
			t.Fatalf("%q: the endpoint isn't found once", base)
		}
		resolver.rules = noRules{t}
		_, _ = clients.s3.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: aws.String("fusion-rms-xmsqa1")})
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
			e, _ := p.ResolveEndpoint(t.Context(), usual())
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
	e, _ := p.ResolveEndpoint(t.Context(), usual())
	options, _ := auth.GetAuthOptions(&e.Properties)
	if len(options) == 0 || options[0].SchemeID == "other" || options[0].SignerProperties.Has("a") || e.Headers.Get("a") != "" {
		t.Errorf("what one call wrote another one reads: %+v", e)
	}
}
