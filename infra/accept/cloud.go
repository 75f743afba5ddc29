package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go/logging"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/bufferedhttp"
)

// cloud is AWS, or what plays it, with the rights of whoever runs this.
type cloud struct {
	cfg       aws.Config
	real      bool // AWS itself
	formation *cloudformation.Client
	s3        *s3.Client
	control   *s3control.Client
	iam       *iam.Client
	sqs       *sqs.Client
	sns       *sns.Client
	kms       *kms.Client
	logs      *cloudwatchlogs.Client
	watch     *cloudwatch.Client
	tagged    *resourcegroupstaggingapi.Client
}

func newCloud(ctx context.Context, region string) (*cloud, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(region), config.WithLogger(logging.Nop{}), config.WithHTTPClient(awshttp.NewBuildableClient()))
	if err != nil {
		return nil, fmt.Errorf("load the AWS configuration: %w", err)
	}
	if client, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok {
		cfg.HTTPClient = bufferedhttp.New(client.GetTransport())
	}
	return newCloudOf(account.Fenced(cfg)), nil
}

func newCloudOf(cfg aws.Config) *cloud {
	c := &cloud{
		cfg: cfg, formation: cloudformation.NewFromConfig(cfg), iam: iam.NewFromConfig(cfg), sqs: sqs.NewFromConfig(cfg), sns: sns.NewFromConfig(cfg),
		kms: kms.NewFromConfig(cfg), logs: cloudwatchlogs.NewFromConfig(cfg), watch: cloudwatch.NewFromConfig(cfg),
		tagged: resourcegroupstaggingapi.NewFromConfig(cfg),
	}
	c.control = account.NewS3Control(cfg)
	c.s3 = c.clientOf(cfg.Credentials)
	c.real = c.s3.Options().BaseEndpoint == nil
	return c
}

// clientOf returns an S3 client with these credentials, with path style as the function has it.
func (c *cloud) clientOf(credentials aws.CredentialsProvider) *s3.Client {
	cfg := c.cfg.Copy()
	cfg.Credentials = credentials
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
}
