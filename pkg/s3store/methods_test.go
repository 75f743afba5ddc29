package s3store_test

import (
	"context"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

var _ provision.Buckets = (*s3store.Store)(nil)

const (
	orgID = org.ID("xmsqa1")
	home  = "fusion-rms-xmsqa1"
)

// method is one call of the port, with S3's operation behind it.
type method struct {
	name, operation string
	call            func(context.Context, *s3store.Store, bucket.Spec) error
}

// methods are all of the port's.
func methods() []method {
	return []method{
		{"Look", "GetBucketTagging", func(ctx context.Context, s *s3store.Store, spec bucket.Spec) error {
			_, err := s.Look(ctx, spec, spec.Candidates[0])
			return err
		}},
		{"Create", "CreateBucket", func(ctx context.Context, s *s3store.Store, spec bucket.Spec) error {
			_, err := s.Create(ctx, spec, spec.Candidates[0])
			return err
		}},
		{"ReadAccessBlock", "GetPublicAccessBlock", func(ctx context.Context, s *s3store.Store, _ bucket.Spec) error {
			_, err := s.ReadAccessBlock(ctx, home)
			return err
		}},
		{"ReadPolicy", "GetBucketPolicy", func(ctx context.Context, s *s3store.Store, _ bucket.Spec) error {
			_, err := s.ReadPolicy(ctx, home)
			return err
		}},
		{"HasFolder", "HeadObject", func(ctx context.Context, s *s3store.Store, _ bucket.Spec) error {
			_, err := s.HasFolder(ctx, home)
			return err
		}},
		{"PutAccessBlock", "PutPublicAccessBlock", func(ctx context.Context, s *s3store.Store, _ bucket.Spec) error {
			return s.PutAccessBlock(ctx, home, bucket.AccessBlock{})
		}},
		{"PutFolder", "PutObject", func(ctx context.Context, s *s3store.Store, _ bucket.Spec) error {
			_, err := s.PutFolder(ctx, home)
			return err
		}},
		{"PutPolicy", "PutBucketPolicy", func(ctx context.Context, s *s3store.Store, spec bucket.Spec) error {
			d, _, err := spec.Merge(home, policy.Document{})
			if err != nil {
				return err
			}
			return s.PutPolicy(ctx, home, d)
		}},
	}
}

// methodsWithBodies are those whose errors S3 explains: a HEAD's answer has no body.
func methodsWithBodies() (all []method) {
	for _, m := range methods() {
		if m.operation != "HeadObject" {
			all = append(all, m)
		}
	}
	return all
}

// newStore is a store on a fake that has the organization's bucket and user.
func newStore(t *testing.T) (*s3store.Store, *s3fake.Server, bucket.Spec) {
	t.Helper()
	fake := s3fake.New(account)
	fake.AddUser(userARN("rms_xmsqa1"))
	fake.Put(home, s3fake.Bucket{Tags: map[string]string{"OrgId": "xmsqa1"}})
	return s3store.New(fake.Client(s3fake.ClientOptions{AccessKeyID: role}), account), fake, specIn(t, "us-east-1")
}

func specIn(t *testing.T, region string) bucket.Spec {
	t.Helper()
	spec, err := naming(region).Spec(orgID)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}
