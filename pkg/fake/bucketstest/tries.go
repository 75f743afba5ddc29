package bucketstest

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

func (s *stage) createsAgain() string {
	s.must(s.Backdoor.CreateBucket(s.ctx, s.first, nil))
	return answered(s.Backdoor.CreateBucket(s.ctx, s.first, nil))
}

func (s *stage) createsElsewhere() string {
	_, err := s.Backdoor.Client().CreateBucket(s.ctx, &s3.CreateBucketInput{
		Bucket:                    &s.first.Name,
		CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(s.elsewhere())},
	})
	return answered(err)
}

func (s *stage) looksFromElsewhere() string {
	name := s.home()
	_, err := s.Backdoor.Client().GetBucketTagging(s.ctx, &s3.GetBucketTaggingInput{Bucket: &name}, func(o *s3.Options) { o.Region = s.elsewhere() })
	return answered(err)
}

func (s *stage) signsWrongly() string {
	name := s.home()
	right := s.Backdoor.Client().Options()
	wrong := s3.Options{ // made anew, since the signer keeps what it derived from the right secret
		BaseEndpoint: right.BaseEndpoint, Region: right.Region, UsePathStyle: right.UsePathStyle, HTTPClient: right.HTTPClient,
		Credentials: aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			c, err := right.Credentials.Retrieve(ctx)
			c.SecretAccessKey += "x"
			return c, err
		}),
	}
	_, err := s3.New(wrong).GetBucketTagging(s.ctx, &s3.GetBucketTaggingInput{Bucket: &name})
	return answered(err)
}

func (s *stage) getsPresigned() string {
	name := s.home()
	s.must(s.Backdoor.PutObject(s.ctx, name, "k", Object{ContentType: "text/plain", Body: "x"}))
	client := s.Backdoor.Client()
	signed, err := s3.NewPresignClient(client).PresignGetObject(s.ctx, &s3.GetObjectInput{Bucket: &name, Key: aws.String("k")})
	s.must(err)
	request, err := http.NewRequestWithContext(s.ctx, signed.Method, signed.URL, nil)
	s.must(err)
	response, err := client.Options().HTTPClient.Do(request)
	s.must(err)
	s.must(response.Body.Close())
	return fmt.Sprint(response.StatusCode)
}

func (s *stage) readsDeletedUser() string {
	name := s.opened()
	s.must(s.Buckets.PutPolicy(s.ctx, name, s.want(name, policy.Document{})))
	s.must(s.Backdoor.DeleteUser(s.ctx, s.user()))
	policy, err := s.Backdoor.Policy(s.ctx, name)
	s.must(err)
	if strings.Contains(policy, s.spec.ClientUserARN) {
		return "ARN"
	}
	return "unique id"
}

// statement is a policy of one statement about all objects.
func (s *stage) statement(name, effect, principal, condition string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":%q,"Principal":%s,"Action":"s3:GetObject","Resource":"%s/*"%s}]}`,
		effect, principal, s.spec.ARN(name), condition)
}

// policyFor puts a policy for a principal.
func policyFor(principal string) func(*stage) string {
	return func(s *stage) string {
		name := s.opened()
		return answered(s.Backdoor.PutPolicy(s.ctx, name, s.statement(name, "Allow", principal, "")))
	}
}

func (s *stage) putsUnknownCondition() string {
	name := s.opened()
	principal := fmt.Sprintf(`{"AWS":%q}`, s.spec.ClientUserARN)
	condition := fmt.Sprintf(`,"Condition":{"StringEquals":{"s3:ResourceAccount":%q}}`, s.Naming.Account)
	return answered(s.Backdoor.PutPolicy(s.ctx, name, s.statement(name, "Allow", principal, condition)))
}

// readsIf gets an object anonymously that a policy allows, or denies, to addresses.
func readsIf(effect, addresses string) func(*stage) string {
	return func(s *stage) string {
		name := s.opened()
		policy := s.statement(name, effect, `"*"`, fmt.Sprintf(`,"Condition":{"IpAddress":{"aws:SourceIp":%q}}`, addresses))
		if effect == "Deny" {
			allow := fmt.Sprintf(`"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"%s/*"},`, s.spec.ARN(name))
			policy = strings.Replace(policy, `"Statement":[`, allow, 1)
		}
		s.must(s.Backdoor.PutPolicy(s.ctx, name, policy))
		s.must(s.Backdoor.PutObject(s.ctx, name, "k", Object{ContentType: "text/plain", Body: "x"}))
		status, _, err := s.Backdoor.ReadAnonymously(s.ctx, name, "k")
		s.must(err)
		return fmt.Sprint(status)
	}
}

func (s *stage) refusesInWords() string {
	name := s.opened()
	s.must(s.Backdoor.PutAccessBlock(s.ctx, name, &bucket.AccessBlock{BlockPublicPolicy: true}))
	err := s.Backdoor.PutPolicy(s.ctx, name, s.statement(name, "Allow", `"*"`, ""))
	return said(err, "blocked by the BlockPublicPolicy", "prevented by the BlockPublicPolicy")
}

func (s *stage) putsFileBesideFolder() string {
	name := s.home()
	s.must(s.Backdoor.PutObject(s.ctx, name, "pub/x", Object{ContentType: "text/plain", Body: "x"}))
	return answered(s.Backdoor.PutObject(s.ctx, name, "pub", Object{ContentType: "text/plain", Body: "x"}))
}

func (s *stage) putsFullFolder() string {
	return answered(s.Backdoor.PutObject(s.ctx, s.home(), bucket.FolderKey, Object{ContentType: "text/plain", Body: "x"}))
}

func (s *stage) asksForVersioning() string {
	name := s.home()
	_, err := s.Backdoor.Client().GetBucketVersioning(s.ctx, &s3.GetBucketVersioningInput{Bucket: &name})
	return answered(err)
}
