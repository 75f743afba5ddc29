package main

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

var updatePlans = flag.Bool("update-plans", false, "write the golden files of plan and adopt anew")

const (
	planAccount = "935799716578"
	planID      = org.ID("xmsqa1")
	planN1      = "fusion-rms-xmsqa1"
	planN2      = "fusion-rms-xmsqa1-935799716578-us-east-1-an"
)

var (
	planNaming  = bucket.Naming{Account: planAccount, Region: "us-east-1", BucketPrefix: "fusion-rms-", ClientAccount: planAccount, ClientUserPrefix: "rms_"}
	planAllOn   = s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
	planOurTags = map[string]string{"OrgId": string(planID)}
)

// s3Socket serves a fake S3 on a socket and makes the environment point to it.
func s3Socket(t *testing.T) *s3fake.Server {
	t.Helper()
	fake := s3fake.New(planAccount)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": server.URL, "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "operator", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "", "AWS_CA_BUNDLE": "", "AWS_EC2_METADATA_DISABLED": "true",
		"ACCOUNT_ID": planAccount, "BUCKET_PREFIX": "fusion-rms-", "CLIENT_USER_PREFIX": "rms_", "CLIENT_ACCOUNT_ID": planAccount,
	} {
		t.Setenv(name, value)
	}
	return fake
}

// ran is how a command line ended.
type ran struct {
	status   int
	out, err string
}

// commandLine runs the tool. input is what is typed; "" is no terminal.
func commandLine(t *testing.T, input string, args ...string) ran {
	t.Helper()
	return commandLineIn(t.Context(), input, args...)
}

func commandLineIn(ctx context.Context, input string, args ...string) ran {
	var out, errs bytes.Buffer
	a := &app{in: strings.NewReader(input), out: &out, err: &errs, inTerminal: input != "", getenv: os.Getenv}
	status := run(ctx, a, args)
	return ran{status, out.String(), errs.String()}
}

// planPolicy is what the policy shall be.
func planPolicy(t *testing.T, name string) string {
	t.Helper()
	spec, err := planNaming.Spec(planID)
	if err != nil {
		t.Fatal(err)
	}
	merged, _, err := spec.Merge(name, policy.Document{})
	if err != nil {
		t.Fatal(err)
	}
	return string(merged.JSON())
}

func planReady(t *testing.T, name string) s3fake.Bucket {
	return s3fake.Bucket{Tags: planOurTags, Policy: planPolicy(t, name), Objects: map[string]s3fake.Object{"pub/": {}}}
}

// notServed is how package account says that a service isn't there; its reasons
// aren't of interest here.
var notServed = regexp.MustCompile(`isn't served here: [^"\n]*`)

// planGolden holds output against a file.
func planGolden(t *testing.T, name, got string) {
	t.Helper()
	got = notServed.ReplaceAllString(got, "isn't served here")
	path := filepath.Join("testdata", name)
	if *updatePlans {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update-plans writes it anew)\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// planNoWrites checks that nothing but tags was written, and those only if expected.
func planNoWrites(t *testing.T, fake *s3fake.Server) {
	t.Helper()
	for _, c := range fake.Writes() {
		t.Errorf("%s was tried, answered with %d", c.Operation, c.Status)
	}
}

// planDown makes S3 answer with 500 to everything about a bucket.
func planDown(name string) func(s3fake.Request) *s3fake.Fault {
	return func(r s3fake.Request) *s3fake.Fault {
		if r.Bucket != name {
			return nil
		}
		return &s3fake.Fault{Status: http.StatusForbidden, Code: "InvalidAccessKeyId", Message: "no\x1b[31m such key"}
	}
}
