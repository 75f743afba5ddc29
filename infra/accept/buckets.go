package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// removeBucket deletes a bucket with all versions of all objects, in whatever Region it is.
func (r *run) removeBucket(ctx context.Context, name string) error {
	there := r.operator()
	location, err := r.s3.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &name})
	if err == nil && location.LocationConstraint != "" { // which us-east-1's buckets haven't
		there.S3 = s3.New(r.s3.Options(), func(o *s3.Options) { o.Region = string(location.LocationConstraint) })
	}
	if err := there.Empty(ctx, name, ""); err != nil {
		return err
	}
	_, err = there.S3.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &name})
	return err
}

// claims are the run's in the bucket of a system that goes on without the run.
func (r *run) claims() kind {
	return kind{"claim", func(ctx context.Context) (all []string, err error) {
		prefix := bucket.ClaimPrefix + r.id
		out, err := r.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &r.stage.HomesBucket, Prefix: &prefix})
		if err != nil {
			return nil, err
		}
		for _, o := range out.Contents {
			all = append(all, aws.ToString(o.Key))
		}
		return all, nil
	}, func(ctx context.Context, key string) error {
		return r.operator().Empty(ctx, r.stage.HomesBucket, key)
	}}
}

// deadLetters are the run's in a queue that stays. Others' are given back.
func (r *run) deadLetters() kind {
	handles := map[string]string{}
	return kind{"dead letter", func(ctx context.Context) ([]string, error) {
		clear(handles)
		for {
			out, err := r.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &r.stage.DeadLetterURL, MaxNumberOfMessages: 10, VisibilityTimeout: 2})
			if err != nil {
				return nil, err
			}
			before := len(handles)
			for _, m := range out.Messages {
				if strings.Contains(aws.ToString(m.Body), r.id) {
					handles[aws.ToString(m.MessageId)] = aws.ToString(m.ReceiptHandle)
				}
			}
			if len(handles) == before {
				break
			}
		}
		var all []string
		for id := range handles {
			all = append(all, id)
		}
		return all, pause(ctx, 2*time.Second)
	}, func(ctx context.Context, id string) error {
		_, err := r.sqs.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &r.stage.DeadLetterURL, ReceiptHandle: aws.String(handles[id])})
		return err
	}}
}

// message is the canonical body for an organization.
func (r *run) message(orgID string) string {
	text, _ := json.Marshal(map[string]string{"type": "OrganizationCreated", "orgId": orgID, "correlationId": "accept-" + r.id}) // strings can't fail
	return string(text)
}

// send sends a message as signup does.
func (r *run) send(ctx context.Context, body string) (messageID string, err error) {
	out, err := r.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &r.stage.QueueURL, MessageBody: &body})
	if err != nil {
		return "", fmt.Errorf("send a message to %s: %w", r.stage.QueueURL, err)
	}
	return aws.ToString(out.MessageId), nil
}
