package clitest

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// The organization that most tests are about, and its buckets' names.
const (
	Account     = "935799716578"
	ID          = org.ID("xmsqa1")
	Name        = "fusion-rms-xmsqa1"
	Alternative = "fusion-rms-xmsqa1-935799716578-us-east-1-an"
	Homes       = "orgbucket-homes" // keeps the claims
)

var (
	// Naming is the stage's.
	Naming = bucket.Naming{Account: Account, Region: "us-east-1", BucketPrefix: "fusion-rms-", ClientAccount: Account, ClientUserPrefix: "rms_"}
	// AllOn is an access block that refuses everything public.
	AllOn = s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
)

// S3 serves a fake S3 on a socket and makes the environment point to it.
func S3(t *testing.T) *s3fake.Server {
	t.Helper()
	fake := s3fake.New(Account)
	fake.Put(Homes, s3fake.Bucket{})
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	variables := map[string]string{
		"AWS_ENDPOINT_URL_S3": server.URL,
		"ACCOUNT_ID":          Account, "HOMES_BUCKET": Homes, "BUCKET_PREFIX": Naming.BucketPrefix, "CLIENT_USER_PREFIX": Naming.ClientUserPrefix, "CLIENT_ACCOUNT_ID": Account,
	}
	Environment(t, variables)
	return fake
}

// Ready is an organization's bucket as it should be, with statements of others
// behind ours.
func Ready(t *testing.T, id org.ID, name string, others ...string) s3fake.Bucket {
	t.Helper()
	spec, err := Naming.Spec(id)
	if err != nil {
		t.Fatal(err)
	}
	ours, _, err := spec.Merge(name, policy.Document{})
	if err != nil {
		t.Fatal(err)
	}
	text := string(ours.JSON())
	for _, other := range others {
		text = strings.TrimSuffix(text, "]}") + "," + other + "]}"
	}
	if !json.Valid([]byte(text)) {
		t.Fatalf("the policy is %s", text)
	}
	return s3fake.Bucket{Tags: map[string]string{"OrgId": string(id)}, Policy: text, Objects: map[string]s3fake.Object{"pub/": {}}}
}

// Claim is the bucket of the claims with one, which names the organization's bucket.
func Claim(id org.ID, name string) s3fake.Bucket {
	text := `{"bucket":"` + name + `","claimedAt":"2026-11-01T10:00:00Z","messageId":"m1"}`
	return s3fake.Bucket{Objects: map[string]s3fake.Object{s3store.ClaimKey(id): {Body: []byte(text)}}}
}

// NoWrites checks that nothing was written.
func NoWrites(t *testing.T, fake *s3fake.Server) {
	t.Helper()
	for _, c := range fake.Writes() {
		t.Errorf("%s was tried, answered with %d", c.Operation, c.Status)
	}
}
