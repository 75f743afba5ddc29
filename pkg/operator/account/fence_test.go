package account_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// inEnvironment is an account with the environment's settings, whose requests all
// go to the fake.
func inEnvironment(t *testing.T, w *awsfake.World, env map[string]string, profile string) *account.Account {
	t.Helper()
	awsfake.ClearEnvironment(t)
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", file)
	t.Setenv("AWS_REGION", awsfake.Region)
	for name, value := range env {
		t.Setenv(name, value)
	}
	fake := w.Config()
	cfg, err := config.LoadDefaultConfig(context.Background(), config.WithCredentialsProvider(fake.Credentials), config.WithRetryer(fake.Retryer))
	if err != nil {
		t.Fatal(err)
	}
	cfg.HTTPClient = fake.HTTPClient
	return account.New(cfg, s3.NewFromConfig(cfg), awsfake.Account, awsfake.Region)
}

// TestNoRequestGoesToAWSWhereEndpointsAreAnothers: with S3 on this machine,
// whatever has no endpoint of its own isn't there.
func TestNoRequestGoesToAWSWhereEndpointsAreAnothers(t *testing.T) {
	const local = "http://127.0.0.1:4566"
	for name, c := range map[string]struct {
		env     map[string]string
		profile string
	}{
		"S3's is set in the environment":     {map[string]string{"AWS_ENDPOINT_URL_S3": local}, ""},
		"SQS's is set in the environment":    {map[string]string{"AWS_ENDPOINT_URL_SQS": local}, ""},
		"Lambda's is set in the environment": {map[string]string{"AWS_ENDPOINT_URL_LAMBDA": local}, ""},
		"S3's is set in the profile":         {nil, "[default]\nservices = here\n[services here]\ns3 =\n  endpoint_url = " + local + "\n"},
		"a host contains AWS's domain":       {map[string]string{"AWS_ENDPOINT_URL_S3": "http://amazonaws.com.example.org"}, ""},
		"a host ends like AWS's domain":      {map[string]string{"AWS_ENDPOINT_URL_S3": "http://notamazonaws.com"}, ""},
		"a host is an IPv6 address":          {map[string]string{"AWS_ENDPOINT_URL_S3": "http://[::1]:4566"}, ""},
		"one is local, another a VPC's":      {map[string]string{"AWS_ENDPOINT_URL_S3": local, "AWS_ENDPOINT_URL_SQS": "https://vpce-1a2b.sqs.eu-west-1.vpce.amazonaws.com"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := awsfake.New()
			a := inEnvironment(t, w, c.env, c.profile)
			for q, question := range questions {
				if q == "the number of buckets" { // which the caller's own client of S3 is asked
					continue
				}
				got, err := question.ask(a)
				if e, ok := errors.AsType[*account.CantTell](err); !ok || !strings.Contains(e.Why, "isn't served here") {
					t.Errorf("%s: %v, %v", q, got, err)
				}
			}
			if len(w.Seen()) > 0 {
				t.Errorf("asked %v", w.Seen())
			}
		})
	}
}

func TestAServiceWithAnEndpointIsAskedThere(t *testing.T) {
	w := awsfake.New()
	a := inEnvironment(t, w, map[string]string{"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_IAM": "http://127.0.0.1:2"}, "")
	// There's no STS: the credentials can only be that system's.
	if exists, err := a.UserExists(context.Background(), xmsqa1); err != nil || !exists {
		t.Errorf("%v, %v", exists, err)
	}
	if n, err := a.BucketCount(context.Background()); err != nil || n != 2_500 {
		t.Errorf("%d, %v", n, err)
	}
	var hosts []string
	for _, r := range w.Seen() {
		hosts = append(hosts, r.Host)
	}
	if got := strings.Join(hosts, " "); got != "127.0.0.1:2 127.0.0.1:1" {
		t.Errorf("asked %s", got)
	}
}

// TestAnEndpointOfAWSThatIsNamedIsAsked, also where another service's isn't AWS's.
func TestAnEndpointOfAWSThatIsNamedIsAsked(t *testing.T) {
	w := awsfake.New()
	a := inEnvironment(t, w, map[string]string{"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_STS": "https://vpce-1a2b.sts.eu-west-1.vpce.amazonaws.com"}, "")
	if caller, err := a.Caller(t.Context()); err != nil || caller.Account != awsfake.Account {
		t.Errorf("%+v, %v", caller, err)
	}
}

// TestAllServicesAreAsked at AWS, or all at the one endpoint that is set.
func TestAllServicesAreAsked(t *testing.T) {
	for name, env := range map[string]map[string]string{
		"one is for all":             {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
		"none is set":                {},
		"a VPC's":                    {"AWS_ENDPOINT_URL_SQS": "https://vpce-1a2b.sqs.eu-west-1.vpce.amazonaws.com"},
		"a FIPS one":                 {"AWS_ENDPOINT_URL_S3": "https://s3-fips.us-east-1.amazonaws.com"},
		"a dual-stack one":           {"AWS_ENDPOINT_URL_LAMBDA": "https://lambda.eu-west-1.api.aws"},
		"local ones that don't hold": {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1", "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
	} {
		t.Run(name, func(t *testing.T) {
			w := awsfake.New()
			a := inEnvironment(t, w, env, "")
			for name, q := range questions {
				if _, err := q.ask(a); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			for _, r := range w.Seen() {
				if strings.HasSuffix(r.Host, "127.0.0.1:1") != (name == "one is for all") {
					t.Errorf("%s was asked at %s", r.Action, r.Host)
				}
			}
		})
	}
}
