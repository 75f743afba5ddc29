package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	controltypes "github.com/aws/aws-sdk-go-v2/service/s3control/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/bucketstest"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// scenery makes what a drill finds, with the account's own rights.
type scenery struct {
	sys *system.System
	id  org.ID
}

func (s scenery) candidates() ([]bucket.Candidate, error) {
	spec, err := s.sys.Naming.Spec(s.id)
	return spec.Candidates, err
}

// make makes a bucket with tags, given as key, value, key, value.
func (s scenery) make(ctx context.Context, name string, tags ...string) error {
	in := &s3.CreateBucketInput{Bucket: &name}
	if strings.HasSuffix(name, "-an") {
		in.BucketNamespace = types.BucketNamespaceAccountRegional
	}
	if len(tags) > 0 {
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{}
	}
	for i := 0; i < len(tags); i += 2 {
		in.CreateBucketConfiguration.Tags = append(in.CreateBucketConfiguration.Tags, types.Tag{Key: &tags[i], Value: &tags[i+1]})
	}
	_, err := s.sys.S3.RootClient().CreateBucket(ctx, in)
	return err
}

func (s scenery) conventional() string { return s.sys.Naming.BucketPrefix + string(s.id) }

func (s scenery) untagged(ctx context.Context) error { return s.make(ctx, s.conventional()) }

func (s scenery) onHold(ctx context.Context) error {
	return s.make(ctx, s.conventional(), "OrgId", string(s.id), "OrgbucketHold", "a drill")
}

func (s scenery) outOfReach(ctx context.Context) error {
	return s.make(ctx, string(s.id)+"-media", "OrgId", string(s.id))
}

// allTaken makes every name that the bucket could have another organization's.
func (s scenery) allTaken(ctx context.Context) error {
	candidates, err := s.candidates()
	for i := 0; i < len(candidates) && err == nil; i++ {
		err = s.make(ctx, candidates[i].Name, "OrgId", "otherorg")
	}
	return err
}

// twoHomes makes two buckets that are the organization's by tag and policy.
func (s scenery) twoHomes(ctx context.Context) error {
	candidates, err := s.candidates()
	for i := 0; i < len(candidates) && err == nil; i++ {
		list := fmt.Sprintf(`{"Sid":"OrgbucketClientList","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:user/%s%s"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::BUCKET"}`,
			s.sys.Naming.ClientAccount, s.sys.Naming.ClientUserPrefix, s.id)
		err = s.withStatement(ctx, candidates[i].Name, list)
	}
	return err
}

// statement returns what makes the organization's closed bucket with a statement of
// somebody's, in which BUCKET stands for the name.
func statement(text string) func(scenery, context.Context) error {
	return func(s scenery, ctx context.Context) error { return s.withStatement(ctx, s.conventional(), text) }
}

func (s scenery) withStatement(ctx context.Context, name, text string) error {
	err := s.make(ctx, name, "OrgId", string(s.id))
	if err == nil {
		err = s.block(ctx, name, false) // S3 stores no public policy under a block
	}
	if err == nil {
		document := `{"Version":"2012-10-17","Statement":[` + strings.ReplaceAll(text, "BUCKET", name) + `]}`
		_, err = s.sys.S3.RootClient().PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &name, Policy: &document})
	}
	if err == nil {
		err = s.block(ctx, name, true)
	}
	return err
}

func (s scenery) block(ctx context.Context, name string, on bool) error {
	_, err := s.sys.S3.RootClient().PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket: &name, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: &on, IgnorePublicAcls: &on, BlockPublicPolicy: &on, RestrictPublicBuckets: &on,
		},
	})
	return err
}

// blockAccount switches the account's block on, which hits every organization.
func (s scenery) blockAccount(ctx context.Context) error {
	on := aws.Bool(true)
	_, err := s.sys.S3.ControlClient(s.sys.S3.RootCredentials()).PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{
		AccountId: &s.sys.Naming.Account, PublicAccessBlockConfiguration: &controltypes.PublicAccessBlockConfiguration{
			BlockPublicAcls: on, IgnorePublicAcls: on, BlockPublicPolicy: on, RestrictPublicBuckets: on,
		},
	})
	return err
}

func (s scenery) unblockAccount(ctx context.Context) error {
	_, err := s.sys.S3.ControlClient(s.sys.S3.RootCredentials()).DeletePublicAccessBlock(ctx, &s3control.DeletePublicAccessBlockInput{AccountId: &s.sys.Naming.Account})
	return err
}

// loseClaims deletes the bucket of the claims with all that is in it, so that no home can be
// proved.
func (s scenery) loseClaims(ctx context.Context) error {
	root, name := s.sys.S3.RootClient(), s.sys.HomesBucket
	if err := (bucketstest.Operator{S3: root}).Empty(ctx, name, ""); err != nil {
		return err
	}
	_, err := root.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &name})
	return err
}

func (s scenery) makeClaimsBucket(ctx context.Context) error { return s.sys.CreateHomesBucket(ctx) }

// deleteTopic deletes the topic of outcomes, so that none can be published.
func (s scenery) deleteTopic(ctx context.Context) error {
	_, err := s.sys.Messaging.SNS().DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: &s.sys.Queues.TopicARN})
	return err
}

// makeTopic makes it again, with its subscriber.
func (s scenery) makeTopic(ctx context.Context) error {
	queues := s.sys.Queues
	topic, _ := arn.Parse(queues.TopicARN) // as CreateTopic gave it
	_, err := s.sys.Messaging.CreateTopic(ctx, topic.Resource, queues.OutcomesARN)
	return err
}
