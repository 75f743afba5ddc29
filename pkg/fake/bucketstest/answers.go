package bucketstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// Question is a request whose very answer the code depends on.
type Question struct {
	Name string
	// documented is the answer by S3's documentation: the status and, of an error, the code.
	documented string
	ask        func(*fixture) error
	elsewhere  string // the answer outside us-east-1, if it is another
}

// DocumentedIn returns the answer by S3's documentation.
func (q Question) DocumentedIn(region string) string {
	if region != "us-east-1" && q.elsewhere != "" {
		return q.elsewhere
	}
	return q.documented
}

// Answer is what a server answered.
type Answer struct {
	Answer string `json:"answer"`         // "200", or "409 BucketAlreadyOwnedByYou"
	Text   string `json:"text,omitempty"` // S3's, of an error
}

// Ask asks the question in a world.
func (q Question) Ask(t T, w World) Answer {
	err := q.ask(newFixture(t, w))
	a := Answer{Answer: answered(err)}
	if api, is := errors.AsType[smithy.APIError](err); is {
		a.Text = api.ErrorMessage()
	}
	return a
}

// Recording is what S3 was seen to answer, by the question's name.
type Recording struct {
	Date, Region string
	Answers      map[string]Answer
}

// ReadRecording reads a recording, an empty one if there is no such file.
func ReadRecording(path string) (r Recording, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, fmt.Errorf("read what S3 answered: %s: %w", path, err)
	}
	return r, nil
}

// RunQuestions holds a server to what S3 answers: as it was recorded, or if it wasn't, as it
// is documented. differences are the server's known other answers.
func RunQuestions(t *testing.T, newWorld func(t *testing.T) World, recording Recording, differences map[string]string) {
	for _, q := range Questions() {
		t.Run(q.Name, func(t *testing.T) {
			w := newWorld(t)
			want := q.DocumentedIn(w.Naming.Region)
			if a, is := recording.Answers[q.Name]; is {
				want = a.Answer
			}
			if other, is := differences[q.Name]; is {
				want = other
			}
			if got := q.Ask(t, w); got.Answer != want {
				t.Errorf("answered %s (%s), want %s", got.Answer, got.Text, want)
			}
		})
	}
}

// Questions returns all questions.
func Questions() []Question {
	return []Question{
		{"create our own bucket again, with tags", "409 BucketAlreadyOwnedByYou", func(s *fixture) error {
			s.home()
			return s.Backdoor.CreateBucket(s.ctx, s.first, s.ours())
		}, ""},
		{"create our own bucket again, without tags", "200", func(s *fixture) error {
			s.home()
			return s.Backdoor.CreateBucket(s.ctx, s.first, nil)
		}, "409 BucketAlreadyOwnedByYou"},
		{"read the tags of a bucket that isn't there", "404 NoSuchBucket", func(s *fixture) error {
			return s.request(func(ctx context.Context, c *s3.Client) (err error) {
				_, err = c.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &s.first.Name})
				return err
			})
		}, ""},
		{"read the tags of a bucket without any", "404 NoSuchTagSet", func(s *fixture) error {
			s.must(s.Backdoor.CreateBucket(s.ctx, s.first, nil))
			return s.request(func(ctx context.Context, c *s3.Client) (err error) {
				_, err = c.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &s.first.Name})
				return err
			})
		}, ""},
		{"read the policy of a bucket without one", "404 NoSuchBucketPolicy", func(s *fixture) error {
			name := s.home()
			return s.request(func(ctx context.Context, c *s3.Client) (err error) {
				_, err = c.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &name})
				return err
			})
		}, ""},
		{"read an access block that was removed", "404 NoSuchPublicAccessBlockConfiguration", func(s *fixture) error {
			name := s.home()
			s.must(s.Backdoor.PutAccessBlock(s.ctx, name, nil))
			return s.request(func(ctx context.Context, c *s3.Client) (err error) {
				_, err = c.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &name})
				return err
			})
		}, ""},
		{"put a public policy while BlockPublicPolicy is on", "403 AccessDenied", func(s *fixture) error {
			name := s.opened()
			s.must(s.Backdoor.PutAccessBlock(s.ctx, name, &bucket.AccessBlock{BlockPublicPolicy: true}))
			return s.Backdoor.PutPolicy(s.ctx, name, string(s.want(name, policy.Document{}).JSON()))
		}, ""},
		{"put a policy that names a user who isn't there", "400 MalformedPolicy", func(s *fixture) error {
			name := s.opened()
			s.must(s.Backdoor.DeleteUser(s.ctx, s.user()))
			return s.Backdoor.PutPolicy(s.ctx, name, string(s.private(name).JSON()))
		}, ""},
		{"put a policy for another bucket", "400 MalformedPolicy", func(s *fixture) error {
			name := s.opened()
			return s.Backdoor.PutPolicy(s.ctx, name, string(s.private("another-"+name).JSON()))
		}, ""},
		{"name another account as the bucket's owner", "403 AccessDenied", func(s *fixture) error {
			name := s.home()
			return s.request(func(ctx context.Context, c *s3.Client) (err error) {
				_, err = c.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &name, ExpectedBucketOwner: aws.String("111122223333")})
				return err
			})
		}, ""},
		{"put an object that is there, If-None-Match", "412 PreconditionFailed", func(s *fixture) error {
			name := s.home()
			s.must(s.Backdoor.PutObject(s.ctx, name, "x", Object{ContentType: "text/plain", Body: "x"}))
			return s.request(func(ctx context.Context, c *s3.Client) (err error) {
				_, err = c.PutObject(ctx, &s3.PutObjectInput{Bucket: &name, Key: aws.String("x"), Body: strings.NewReader("y"), IfNoneMatch: aws.String("*")})
				return err
			})
		}, ""},
		{"tag a bucket that isn't there, by S3 Control", "404 NoSuchBucket", func(s *fixture) error {
			return s.tag(s.Naming.Account, s.first.Name, s.ours())
		}, ""},
	}
}

// request makes a request with all rights.
func (s *fixture) request(do func(context.Context, *s3.Client) error) error {
	return do(s.ctx, s.Backdoor.Client())
}
