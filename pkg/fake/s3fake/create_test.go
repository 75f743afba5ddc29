package s3fake_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// TestCreatingOurOwnBucketAgain: in us-east-1, without tags, it succeeds and changes
// nothing; everything else is in the conformance suite (bucketstest).
func TestCreatingOurOwnBucketAgain(t *testing.T) {
	for _, c := range []struct {
		region string // the bucket's
		tags   []types.Tag
		code   string // "" if it succeeds
	}{
		{"us-east-1", nil, ""},
		{"us-east-1", []types.Tag{tag("a", "b")}, "BucketAlreadyOwnedByYou"},
		{"eu-west-1", nil, "BucketAlreadyOwnedByYou"},
	} {
		s := newFake()
		s.Put(name, s3fake.Bucket{Region: c.region, Tags: map[string]string{"was": "there"}})
		err := create(t.Context(), once(s, s3fake.ClientOptions{}), name, "", c.tags...)
		if c.code != "" {
			refused(t, err, 409, c.code)
		} else {
			must(t, err)
		}
		if b, _ := s.Bucket(name); len(b.Tags) != 1 || b.Tags["was"] != "there" {
			t.Errorf("in %s with the tags %v: its tags are now %v", c.region, c.tags, b.Tags)
		}
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
