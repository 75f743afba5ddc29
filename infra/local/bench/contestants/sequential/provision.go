package main

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/fusionpos/orgbucket/infra/local/bench/contestants/request"
)

type provisioner struct {
	s3             *s3.Client
	sns            *sns.Client
	account, topic string
}

func (p provisioner) provision(ctx context.Context, body string) error {
	organization, err := request.Organization(body)
	if err != nil {
		return err
	}
	bucket := aws.String(request.Bucket(organization))
	for _, step := range []func(context.Context, *string, string) error{p.create, p.tag, p.unblock, p.policy, p.folder, p.publish} {
		if err := step(ctx, bucket, organization); err != nil {
			return err
		}
	}
	return nil
}

func (p provisioner) create(ctx context.Context, bucket *string, _ string) error {
	_, err := p.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket})
	return err
}

func (p provisioner) tag(ctx context.Context, bucket *string, organization string) error {
	tags := &types.Tagging{TagSet: []types.Tag{{Key: aws.String("OrgId"), Value: &organization}}}
	_, err := p.s3.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: bucket, Tagging: tags})
	return err
}

func (p provisioner) unblock(ctx context.Context, bucket *string, _ string) error {
	_, err := p.s3.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: bucket, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
		BlockPublicAcls: aws.Bool(true), IgnorePublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(false), RestrictPublicBuckets: aws.Bool(false),
	}})
	return err
}

func (p provisioner) policy(ctx context.Context, bucket *string, organization string) error {
	_, err := p.s3.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: bucket, Policy: aws.String(request.Policy(p.account, organization))})
	return err
}

func (p provisioner) folder(ctx context.Context, bucket *string, _ string) error {
	_, err := p.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("pub/"), Body: strings.NewReader("")})
	return err
}

func (p provisioner) publish(ctx context.Context, _ *string, organization string) error {
	_, err := p.sns.Publish(ctx, &sns.PublishInput{TopicArn: &p.topic, Message: aws.String(request.Outcome(organization))})
	return err
}
