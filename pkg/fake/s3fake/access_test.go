package s3fake_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

func TestWhoIsLetIn(t *testing.T) {
	cases := []struct {
		name   string
		bucket s3fake.Bucket
		client s3fake.ClientOptions
		status int // 0: let in
		code   string
	}{
		{"the owner whom the policy denies it", s3fake.Bucket{Policy: `{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:GetBucketT*","Resource":"*"}}`}, s3fake.ClientOptions{}, 403, "AccessDenied"},
		{"the owner", s3fake.Bucket{}, s3fake.ClientOptions{}, 0, ""},
		{"another account", s3fake.Bucket{Owner: them}, s3fake.ClientOptions{}, 403, "AccessDenied"},
		{"the owner at another Region's endpoint", s3fake.Bucket{}, s3fake.ClientOptions{Region: "eu-west-1"}, 301, "PermanentRedirect"},
		{"another account at another Region's endpoint", s3fake.Bucket{Owner: them}, s3fake.ClientOptions{Region: "eu-west-1"}, 301, "PermanentRedirect"},
		{"a caller who lacks the permission", s3fake.Bucket{}, s3fake.ClientOptions{AccessKeyID: "clerk"}, 403, "AccessDenied"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newFake()
			s.SetIdentity("clerk", s3fake.Identity{Lacks: []string{"s3:GetBucketTagging"}})
			c.bucket.Tags = map[string]string{"a": "b"}
			s.Put(name, c.bucket)
			err := getTags(t.Context(), once(s, c.client), name)
			if c.status == 0 {
				must(t, err)
				return
			}
			refused(t, err, c.status, c.code)
		})
	}
}

func TestTheExpectedOwnerHasToOwnTheBucket(t *testing.T) {
	s := newFake()
	s.Put(name, s3fake.Bucket{})
	for owner, ok := range map[string]bool{us: true, them: false} {
		_, err := once(s, s3fake.ClientOptions{}).PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(name), Key: aws.String("k"), ExpectedBucketOwner: &owner})
		if ok {
			must(t, err)
			continue
		}
		refused(t, err, 403, "AccessDenied")
	}
}

func TestAnAbsentKeyIs403ToWhoMayNotList(t *testing.T) {
	s := newFake()
	s.SetIdentity("clerk", s3fake.Identity{Lacks: []string{"s3:ListBucket"}})
	s.Put(name, s3fake.Bucket{})
	get := &s3.GetObjectInput{Bucket: aws.String(name), Key: aws.String("k")}
	_, err := once(s, s3fake.ClientOptions{}).GetObject(t.Context(), get)
	refused(t, err, 404, "NoSuchKey")
	_, err = once(s, s3fake.ClientOptions{AccessKeyID: "clerk"}).GetObject(t.Context(), get)
	refused(t, err, 403, "AccessDenied")
	_, err = once(s, s3fake.ClientOptions{AccessKeyID: "stranger"}).GetObject(t.Context(), get)
	refused(t, err, 403, "AccessDenied")
}
