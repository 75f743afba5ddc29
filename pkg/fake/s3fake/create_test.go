package s3fake_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

func TestCreatingABucketThatIsThere(t *testing.T) {
	cases := []struct {
		name, caller, endpoint, constraint string
		tags                               []types.Tag
		there                              s3fake.Bucket
		status                             int // 0: it succeeds
		code                               string
	}{
		{"another account's", "operator", "us-east-1", "", nil, s3fake.Bucket{Owner: them}, 409, "BucketAlreadyExists"},
		{"another account's in another Region", "operator", "eu-west-1", "eu-west-1", nil, s3fake.Bucket{Owner: them, Region: "eu-west-3"}, 409, "BucketAlreadyExists"},
		{"ours in us-east-1, without tags", "operator", "us-east-1", "", nil, s3fake.Bucket{}, 0, ""},
		{"ours in us-east-1, with tags", "operator", "us-east-1", "", []types.Tag{tag("a", "b")}, s3fake.Bucket{}, 409, "BucketAlreadyOwnedByYou"},
		{"ours elsewhere", "operator", "eu-west-1", "eu-west-1", nil, s3fake.Bucket{Region: "eu-west-1"}, 409, "BucketAlreadyOwnedByYou"},
		{"ours in another Region than asked for", "operator", "us-east-1", "", nil, s3fake.Bucket{Region: "eu-west-1"}, 409, "BucketAlreadyOwnedByYou"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newFake()
			c.there.Tags = map[string]string{"was": "there"}
			s.Put(name, c.there)
			err := create(t.Context(), once(s, s3fake.ClientOptions{AccessKeyID: c.caller, Region: c.endpoint}), name, c.constraint, c.tags...)
			if c.status != 0 {
				refused(t, err, c.status, c.code)
			} else {
				must(t, err)
			}
			if b, _ := s.Bucket(name); len(b.Tags) != 1 || b.Tags["was"] != "there" {
				t.Errorf("its tags are %v", b.Tags)
			}
		})
	}
}

func TestTheLocationConstraintHasToFitTheEndpoint(t *testing.T) {
	for _, c := range []struct{ endpoint, constraint, region, code string }{
		{"us-east-1", "", "us-east-1", ""},
		{"us-east-1", "us-east-1", "", "InvalidLocationConstraint"},
		{"us-east-1", "eu-west-1", "eu-west-1", ""},
		{"eu-west-1", "eu-west-1", "eu-west-1", ""},
		{"eu-west-1", "", "", "IllegalLocationConstraintException"},
		{"eu-west-1", "eu-west-3", "", "IllegalLocationConstraintException"},
		{"eu-west-1", "us-east-1", "", "InvalidLocationConstraint"},
	} {
		s := newFake()
		err := create(t.Context(), once(s, s3fake.ClientOptions{Region: c.endpoint}), name, c.constraint)
		if c.code != "" {
			refused(t, err, 400, c.code)
		} else {
			must(t, err)
		}
		if b, _ := s.Bucket(name); b.Region != c.region {
			t.Errorf("at %s with the constraint %q: in %q, want %q", c.endpoint, c.constraint, b.Region, c.region)
		}
	}
}

func TestNamesAndNamespaces(t *testing.T) {
	const own = "a-" + us + "-us-east-1-an"
	for _, c := range []struct{ bucket, namespace, code string }{
		{"abc", "", ""}, {"a.b-c", "", ""}, {own, "account-regional", ""}, {"abc", "global", ""},
		{"ab", "", "InvalidBucketName"}, {"Abc", "", "InvalidBucketName"}, {"a..b", "", "InvalidBucketName"}, {"-abc", "", "InvalidBucketName"},
		{"192.168.1.1", "", "InvalidBucketName"}, {"xn--abc", "", "InvalidBucketName"}, {"abc-s3alias", "", "InvalidBucketName"},
		{"abc-an", "", "InvalidBucketName"}, {own, "", "MissingNamespaceHeader"}, {"abc", "account-regional", "InvalidNamespaceHeader"},
		{"a-" + them + "-us-east-1-an", "account-regional", "InvalidBucketNamespace"}, {"a-" + us + "-eu-west-1-an", "account-regional", "InvalidBucketNamespace"},
	} {
		s := newFake()
		_, err := once(s, s3fake.ClientOptions{}).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &c.bucket, BucketNamespace: types.BucketNamespace(c.namespace)})
		if c.code != "" {
			refused(t, err, 400, c.code)
		} else {
			must(t, err)
		}
	}
}

func TestAnAccountHasAQuotaOfBuckets(t *testing.T) {
	s := newFake()
	s.SetQuota(1)
	s.Put("theirs", s3fake.Bucket{Owner: them})
	c := once(s, s3fake.ClientOptions{})
	must(t, create(t.Context(), c, name, ""))
	refused(t, create(t.Context(), c, "another", ""), 400, "TooManyBuckets")
}

func TestANewBucketHasItsTagsAndBlocksPublicAccess(t *testing.T) {
	s := newFake()
	must(t, create(t.Context(), once(s, s3fake.ClientOptions{}), name, "", tag("OrgId", "x"), tag("a", "b")))
	b, _ := s.Bucket(name)
	if b.Owner != us || len(b.Tags) != 2 || b.Tags["OrgId"] != "x" || *b.AccessBlock != (s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}) {
		t.Errorf("%+v, %+v", b, b.AccessBlock)
	}
}
