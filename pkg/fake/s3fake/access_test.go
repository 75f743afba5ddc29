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
		{"the owner", s3fake.Bucket{}, s3fake.ClientOptions{}, 0, ""},
		{"another account", s3fake.Bucket{Owner: them}, s3fake.ClientOptions{}, 403, "AccessDenied"},
		{"nobody in particular", s3fake.Bucket{}, s3fake.ClientOptions{Anonymous: true}, 403, "AccessDenied"},
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

func TestAnswersToHeadHaveNoBody(t *testing.T) {
	s := newFake()
	s.Put("theirs", s3fake.Bucket{Owner: them})
	s.Put("afar", s3fake.Bucket{Region: "eu-west-1"})
	c := once(s, s3fake.ClientOptions{})
	for bucket, want := range map[string]struct {
		status int
		code   string
	}{"theirs": {403, "Forbidden"}, "absent": {404, "NotFound"}, "afar": {301, "MovedPermanently"}} {
		_, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &bucket})
		refused(t, err, want.status, want.code)
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

func TestAPolicyDeniesTheOwnerToo(t *testing.T) {
	s := newFake()
	s.Put(name, s3fake.Bucket{
		Tags:   map[string]string{"a": "b"},
		Policy: `{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:GetBucketT*","Resource":"*"}}`,
	})
	refused(t, getTags(t.Context(), once(s, s3fake.ClientOptions{}), name), 403, "AccessDenied")
}
