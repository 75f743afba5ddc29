package story

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// signUp makes the organization's IAM user with a key, as another part of signup does.
func (s *scene) signUp(orgID string) s3server.Credentials {
	return s.user(s.sys.Naming.ClientUserPrefix + orgID)
}

// user makes an IAM user with a key.
func (s *scene) user(name string) s3server.Credentials {
	if s.err != nil {
		return s3server.Credentials{}
	}
	c, err := s.sys.S3.CreateUser(s.ctx, name)
	s.gone(err)
	return c
}

// byHand does something with the account's own rights, as an operator or anyone
// else in the account might.
func (s *scene) byHand(do func(ctx context.Context, root *s3.Client) error) {
	if s.err == nil {
		s.gone(do(s.ctx, s.sys.S3.RootClient()))
	}
}

// createByHand creates a bucket, without tags if there are none.
func (s *scene) createByHand(name string, tags map[string]string) {
	s.byHand(func(ctx context.Context, root *s3.Client) error { return create(ctx, root, name, tags) })
}

func create(ctx context.Context, root *s3.Client, name string, tags map[string]string) error {
	_, err := root.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
	if err != nil || len(tags) == 0 {
		return err
	}
	return putTags(ctx, root, name, tags)
}

func putTags(ctx context.Context, client *s3.Client, name string, tags map[string]string) error {
	var set []types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		set = append(set, types.Tag{Key: &key, Value: aws.String(tags[key])})
	}
	_, err := client.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: &name, Tagging: &types.Tagging{TagSet: set}})
	return err
}

func claimText(name string) string {
	return fmt.Sprintf(`{"bucket":%q,"claimedAt":"2026-11-28T00:00:00Z","messageId":"by hand"}`, name)
}

func (s *scene) blockByHand(name string, b bucket.AccessBlock) {
	s.byHand(func(ctx context.Context, root *s3.Client) error {
		_, err := root.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
			Bucket: &name, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
				BlockPublicAcls: &b.BlockPublicACLs, IgnorePublicAcls: &b.IgnorePublicACLs,
				BlockPublicPolicy: &b.BlockPublicPolicy, RestrictPublicBuckets: &b.RestrictPublicBuckets,
			},
		})
		return err
	})
}

func (s *scene) putPolicyByHand(name, document string) {
	s.byHand(func(ctx context.Context, root *s3.Client) error {
		_, err := root.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &name, Policy: &document})
		return err
	})
}

func (s *scene) putByHand(name, key, content string) {
	s.byHand(func(ctx context.Context, root *s3.Client) error {
		_, err := root.PutObject(ctx, &s3.PutObjectInput{Bucket: &name, Key: &key, Body: strings.NewReader(content)})
		return err
	})
}
