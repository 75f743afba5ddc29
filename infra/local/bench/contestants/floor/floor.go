package main

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/fusionpos/orgbucket/infra/local/bench/contestants/request"
)

type floor struct {
	s3             *s3.Client
	sns            *sns.Client
	account, topic string
}

// handle works on all records of a batch at once; one that fails fails the batch.
func (f floor) handle(ctx context.Context, event request.Event) error {
	errs := make([]error, len(event.Records))
	var all sync.WaitGroup
	for i, record := range event.Records {
		all.Go(func() { errs[i] = f.record(ctx, record) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// record takes four calls one after the other, and one beside them.
func (f floor) record(ctx context.Context, record request.Record) error {
	organization, err := request.Organization(record.Body)
	if err != nil {
		return err
	}
	bucket := aws.String(request.Bucket(organization))
	if err := f.create(ctx, bucket, organization); err != nil {
		return err
	}
	var beside sync.WaitGroup
	var folder error
	beside.Go(func() {
		_, folder = f.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("pub/"), Body: strings.NewReader("")})
	})
	err = f.open(ctx, bucket, organization)
	beside.Wait()
	if err := errors.Join(err, folder); err != nil {
		return err
	}
	_, err = f.sns.Publish(ctx, &sns.PublishInput{TopicArn: &f.topic, Message: aws.String(request.Outcome(organization))})
	return err
}

func (f floor) create(ctx context.Context, bucket *string, organization string) error {
	_, err := f.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket, CreateBucketConfiguration: &types.CreateBucketConfiguration{
		Tags: []types.Tag{{Key: aws.String("OrgId"), Value: &organization}},
	}})
	return err
}

// open lets the public read pub/. The policy has to wait for the access block,
// which would refuse it.
func (f floor) open(ctx context.Context, bucket *string, organization string) error {
	_, err := f.s3.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: bucket, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
		BlockPublicAcls: aws.Bool(true), IgnorePublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(false), RestrictPublicBuckets: aws.Bool(false),
	}})
	if err != nil {
		return err
	}
	_, err = f.s3.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: bucket, Policy: aws.String(request.Policy(f.account, organization))})
	return err
}
