package bucketstest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/policy"
)

// grantCases returns the cases about what our policy lets its users do, which S3 alone can show.
func grantCases() []Case {
	return []Case{
		{"PutPolicy lets the client's user work with every object and list them, and nothing else", "", func(s *fixture) {
			name := s.granted()
			can := s.tried(name, s.user())
			for call, want := range map[string]bool{
				"PutObject": true, "GetObject": true, "ListObjectsV2": true, "DeleteObject": true,
				"GetBucketPolicy": false, "PutBucketPolicy": false, "DeleteBucketPolicy": false, "GetBucketTagging": false,
				"PutPublicAccessBlock": false, "DeleteBucket": false,
			} {
				if got := can[call]; (got == "200") != want || !want && got != "403 AccessDenied" {
					s.Errorf("%s by the client's user: %s, want that it may: %t", call, got, want)
				}
			}
		}},
		{"PutPolicy lets another client's user do nothing but read the public folder", "", func(s *fixture) {
			name := s.granted()
			s.must(s.Backdoor.PutObject(s.ctx, name, "pub/x", Object{ContentType: "text/plain", Body: "x"}))
			other := s.user() + "-2"
			s.must(s.Backdoor.CreateUser(s.ctx, other))
			for call, got := range s.tried(name, other) {
				if got != "403 AccessDenied" {
					s.Errorf("%s by another client's user: %s", call, got)
				}
			}
			client, err := s.Backdoor.ClientOf(s.ctx, other)
			s.must(err)
			if got := s.gets(client, name, "pub/x"); got != "200" {
				s.Errorf("GetObject of a public object by another client's user: %s", got)
			}
		}},
	}
}

// granted creates a bucket with our policy.
func (s *fixture) granted() (name string) {
	s.Helper()
	name = s.opened()
	s.must(s.Buckets.PutPolicy(s.ctx, name, s.want(name, policy.Document{})))
	s.must(s.Backdoor.PutObject(s.ctx, name, "private/x", Object{ContentType: "text/plain", Body: "x"}))
	return name
}

func (s *fixture) gets(client *s3.Client, name, key string) string {
	out, err := client.GetObject(s.ctx, &s3.GetObjectInput{Bucket: &name, Key: &key})
	if err == nil {
		s.must(out.Body.Close())
	}
	return answered(err)
}

// tried makes calls as a user and returns the answers by operation. Calls that delete come last.
func (s *fixture) tried(name, user string) map[string]string {
	s.Helper()
	c, err := s.Backdoor.ClientOf(s.ctx, user)
	s.must(err)
	key, can := aws.String("private/x"), map[string]string{}
	try := func(operation string, err error) { can[operation] = answered(err) }
	_, err = c.PutObject(s.ctx, &s3.PutObjectInput{Bucket: &name, Key: key})
	try("PutObject", err)
	can["GetObject"] = s.gets(c, name, *key)
	_, err = c.ListObjectsV2(s.ctx, &s3.ListObjectsV2Input{Bucket: &name})
	try("ListObjectsV2", err)
	_, err = c.GetBucketPolicy(s.ctx, &s3.GetBucketPolicyInput{Bucket: &name})
	try("GetBucketPolicy", err)
	_, err = c.PutBucketPolicy(s.ctx, &s3.PutBucketPolicyInput{Bucket: &name, Policy: aws.String(string(s.private(name).JSON()))})
	try("PutBucketPolicy", err)
	_, err = c.GetBucketTagging(s.ctx, &s3.GetBucketTaggingInput{Bucket: &name})
	try("GetBucketTagging", err)
	_, err = c.DeletePublicAccessBlock(s.ctx, &s3.DeletePublicAccessBlockInput{Bucket: &name})
	try("PutPublicAccessBlock", err)
	_, err = c.DeleteObject(s.ctx, &s3.DeleteObjectInput{Bucket: &name, Key: key})
	try("DeleteObject", err)
	_, err = c.DeleteBucketPolicy(s.ctx, &s3.DeleteBucketPolicyInput{Bucket: &name})
	try("DeleteBucketPolicy", err)
	_, err = c.DeleteBucket(s.ctx, &s3.DeleteBucketInput{Bucket: &name})
	try("DeleteBucket", err)
	return can
}
