package s3fake_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

func TestWhatABucketDoesntHaveIsAnError(t *testing.T) {
	s := newFake()
	c := once(s, s3fake.ClientOptions{})
	s.Put(name, s3fake.Bucket{})
	refused(t, getTags(t.Context(), c, name), 404, "NoSuchTagSet")
	_, err := c.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: aws.String(name)})
	refused(t, err, 404, "NoSuchBucketPolicy")
	_, err = c.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: aws.String(name)})
	refused(t, err, 404, "NoSuchPublicAccessBlockConfiguration")
	_, err = c.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: aws.String(name)})
	refused(t, err, 501, "NotImplemented")
}

func TestConfigurationIsReplacedAndRemovedAsAWhole(t *testing.T) {
	s := newFake()
	c := once(s, s3fake.ClientOptions{})
	s.Put(name, s3fake.Bucket{Tags: map[string]string{"a": "b", "c": "d"}, AccessBlock: &s3fake.AccessBlock{}, Policy: publicPolicy})
	putTags := func(tags ...types.Tag) error {
		_, err := c.PutBucketTagging(t.Context(), &s3.PutBucketTaggingInput{Bucket: aws.String(name), Tagging: &types.Tagging{TagSet: tags}})
		return err
	}
	refused(t, putTags(tag("a", "1"), tag("a", "2")), 400, "InvalidTag")
	refused(t, putTags(tag(strings.Repeat("k", 129), "")), 400, "InvalidTag")
	refused(t, putTags(tag("a", "<b>")), 400, "InvalidTag")
	refused(t, putTags(tag("a*", "b")), 400, "InvalidTag")
	must(t, putTags(tag("Größe +-=._:/@", "1")))
	must(t, putTags(tag("e", "f")))
	_, err := c.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: aws.String(name)})
	must(t, err)
	_, err = c.DeletePublicAccessBlock(t.Context(), &s3.DeletePublicAccessBlockInput{Bucket: aws.String(name)})
	must(t, err)
	if b, _ := s.Bucket(name); !maps.Equal(b.Tags, map[string]string{"e": "f"}) || b.Policy != "" || b.AccessBlock != nil {
		t.Errorf("the bucket is %+v", b)
	}
}

func TestHeadBucketTellsTheRegion(t *testing.T) {
	s := newFake()
	s.Put(name, s3fake.Bucket{Region: "eu-west-1"})
	out, err := once(s, s3fake.ClientOptions{Region: "eu-west-1"}).HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String(name)})
	must(t, err)
	if *out.BucketRegion != "eu-west-1" {
		t.Errorf("it's in %s", *out.BucketRegion)
	}
}
