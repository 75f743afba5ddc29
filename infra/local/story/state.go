package story

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// state is what a bucket is like, read with the account's own rights.
type state struct {
	tags    map[string]string
	block   bucket.AccessBlock
	policy  string // empty if there is none
	objects string // the keys, space-separated
	folder  string // content type and size of pub/
}

// read reads all of a bucket.
func (s *scene) read(name string) state {
	st := state{tags: map[string]string{}}
	s.byHand(func(ctx context.Context, root *s3.Client) error {
		for _, read := range []func(context.Context, *s3.Client, string, *state) error{readTags, readBlock, readPolicy, readFolder} {
			if err := read(ctx, root, name, &st); err != nil {
				return fmt.Errorf("read bucket %s: %w", name, err)
			}
		}
		st.objects = access.Visitor{Context: ctx, Client: root}.List(name)
		return nil
	})
	return st
}

func readTags(ctx context.Context, root *s3.Client, name string, st *state) error {
	out, err := root.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &name})
	if strings.HasSuffix(access.Answer(err), "NoSuchTagSet") {
		return nil
	}
	if err != nil {
		return err
	}
	for _, tag := range out.TagSet {
		st.tags[*tag.Key] = *tag.Value
	}
	return nil
}

func readBlock(ctx context.Context, root *s3.Client, name string, st *state) error {
	out, err := root.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &name})
	if strings.HasSuffix(access.Answer(err), "NoSuchPublicAccessBlockConfiguration") {
		return nil
	}
	if err != nil {
		return err
	}
	c := out.PublicAccessBlockConfiguration
	st.block = bucket.AccessBlock{
		BlockPublicACLs: aws.ToBool(c.BlockPublicAcls), IgnorePublicACLs: aws.ToBool(c.IgnorePublicAcls),
		BlockPublicPolicy: aws.ToBool(c.BlockPublicPolicy), RestrictPublicBuckets: aws.ToBool(c.RestrictPublicBuckets),
	}
	return nil
}

func readPolicy(ctx context.Context, root *s3.Client, name string, st *state) error {
	out, err := root.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &name})
	if strings.HasSuffix(access.Answer(err), "NoSuchBucketPolicy") {
		return nil
	}
	if err != nil {
		return err
	}
	st.policy = aws.ToString(out.Policy)
	return nil
}

func readFolder(ctx context.Context, root *s3.Client, name string, st *state) error {
	out, err := root.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &name, Key: aws.String(bucket.FolderKey)})
	if strings.HasPrefix(access.Answer(err), "404") {
		return nil
	}
	if err != nil {
		return err
	}
	st.folder = fmt.Sprintf("%s, %d bytes", aws.ToString(out.ContentType), aws.ToInt64(out.ContentLength))
	return nil
}

// untouched claims that a bucket is what it was before, in everything.
func (s *scene) untouched(name string, before state) {
	after := s.read(name)
	s.check(name+" is untouched: tags, access block, policy, objects", slices.Concat(
		access.Differs("tags", after.tags, before.tags),
		access.Differs("access block", after.block, before.block),
		access.Differs("policy", after.policy, before.policy),
		access.Differs("objects", after.objects, before.objects),
	)...)
}
