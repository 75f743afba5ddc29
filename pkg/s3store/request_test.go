package s3store_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

func TestEveryRequestButCreateBucketNamesTheExpectedOwner(t *testing.T) {
	store, fake, spec := newStore(t)
	for _, m := range methods() {
		_ = m.call(t.Context(), store, spec) // what comes of it is another test's business
	}
	calls := fake.Calls()
	if len(calls) != len(methods()) {
		t.Fatalf("%d calls for %d methods", len(calls), len(methods()))
	}
	for i, m := range methods() {
		want := account
		if m.operation == "CreateBucket" {
			want = "" // S3 has no such parameter there
		}
		if c := calls[i]; c.Operation != m.operation || c.ExpectedOwner() != want {
			t.Errorf("%s sent %s with the expected owner %q, want %s with %q", m.name, c.Operation, c.ExpectedOwner(), m.operation, want)
		}
	}
}

func TestCreateBucketNamesItsRegionWhereS3WantsIt(t *testing.T) {
	for region, want := range map[string]string{
		"us-east-1": "", "eu-central-1": "<LocationConstraint>eu-central-1</LocationConstraint>",
		"cn-north-1": "<LocationConstraint>cn-north-1</LocationConstraint>", "us-gov-west-1": "<LocationConstraint>us-gov-west-1</LocationConstraint>",
	} {
		for i, namespace := range []string{"", "account-regional"} {
			call := created(t, region, i)
			body := string(call.Body)
			if got := strings.Contains(body, "LocationConstraint"); got != (want != "") || !strings.Contains(body, want) {
				t.Errorf("in %s CreateBucket sends %s, want it to have %q", region, body, want)
			}
			if !strings.Contains(body, "<Tag><Key>OrgId</Key><Value>xmsqa1</Value></Tag>") {
				t.Errorf("in %s CreateBucket sends %s, without the tag", region, body)
			}
			if got := call.Header.Get("X-Amz-Bucket-Namespace"); got != namespace {
				t.Errorf("in %s CreateBucket of candidate %d sends the namespace %q, want %q", region, i+1, got, namespace)
			}
		}
	}
}

func TestCreateBucketSendsNoNamespaceWhereThereIsNone(t *testing.T) {
	for i := range specIn(t, "me-south-1").Candidates {
		if got, sent := created(t, "me-south-1", i).Header["X-Amz-Bucket-Namespace"]; sent {
			t.Errorf("candidate %d is created in the namespace %q", i+1, got)
		}
	}
}

// created creates an organization's candidate in an empty S3 and gives the request.
func created(t *testing.T, region string, candidate int) s3fake.Call {
	t.Helper()
	fake := s3fake.New(account)
	store := s3store.New(fake.Client(s3fake.ClientOptions{Region: region}), account, "orgbucket-homes")
	spec := specIn(t, region)
	c := spec.Candidates[candidate]
	if _, err := store.Create(t.Context(), spec, c); err != nil {
		t.Fatal(err)
	}
	if b, ok := fake.Bucket(c.Name); !ok || b.Region != region || b.Tags[bucket.TagKey] != string(spec.OrgID) {
		t.Errorf("created %+v, want a bucket in %s with its tag", b, region)
	}
	return fake.Calls()[0]
}

// TestNoRedirectIsFollowed: a request was signed for one bucket, and its
// signature and body are nobody else's business.
func TestNoRedirectIsFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 307, 308} {
		for _, m := range methods() {
			store, fake, spec := newStore(t)
			fake.SetFault(s3fake.First(1, "", s3fake.Fault{
				Status: status, Code: "TemporaryRedirect", Header: http.Header{"Location": {"https://elsewhere.invalid/" + home}},
			}))
			err := m.call(t.Context(), store, spec)
			if n := len(fake.Calls()); n != 1 {
				t.Errorf("%s sends %d requests when it's answered with %d, want 1 (%v)", m.name, n, status, err)
			}
			if err == nil && m.name != "Look" {
				t.Errorf("%s succeeds when it's answered with %d", m.name, status)
			}
		}
	}
}
