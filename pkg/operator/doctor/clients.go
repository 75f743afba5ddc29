package doctor

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// Clients are the services that are asked beside those of the account; one that is
// nil isn't there. The SDK's clients fit, which retry by themselves and may be used
// concurrently.
type Clients struct {
	Queues interface {
		GetQueueAttributes(ctx context.Context, in *sqs.GetQueueAttributesInput, opts ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
	}
	Topics interface {
		GetTopicAttributes(ctx context.Context, in *sns.GetTopicAttributesInput, opts ...func(*sns.Options)) (*sns.GetTopicAttributesOutput, error)
	}
	Functions interface {
		GetFunctionConfiguration(ctx context.Context, in *lambda.GetFunctionConfigurationInput, opts ...func(*lambda.Options)) (*lambda.GetFunctionConfigurationOutput, error)
		GetFunctionConcurrency(ctx context.Context, in *lambda.GetFunctionConcurrencyInput, opts ...func(*lambda.Options)) (*lambda.GetFunctionConcurrencyOutput, error)
		ListEventSourceMappings(ctx context.Context, in *lambda.ListEventSourceMappingsInput, opts ...func(*lambda.Options)) (*lambda.ListEventSourceMappingsOutput, error)
	}
	Buckets interface {
		GetPublicAccessBlock(ctx context.Context, in *s3.GetPublicAccessBlockInput, opts ...func(*s3.Options)) (*s3.GetPublicAccessBlockOutput, error)
		GetBucketVersioning(ctx context.Context, in *s3.GetBucketVersioningInput, opts ...func(*s3.Options)) (*s3.GetBucketVersioningOutput, error)
	}
	Costs interface {
		ListCostAllocationTags(ctx context.Context, in *costexplorer.ListCostAllocationTagsInput, opts ...func(*costexplorer.Options)) (*costexplorer.ListCostAllocationTagsOutput, error)
	}
}

// NewClients makes the SDK's clients of the services that are there; that of S3 is given.
func NewClients(cfg aws.Config, buckets *s3.Client) Clients {
	c, at := Clients{Buckets: buckets}, account.EndpointsOf(cfg)
	if client := sqs.NewFromConfig(cfg); at.Serve(client.Options().BaseEndpoint) {
		c.Queues = client
	}
	if client := sns.NewFromConfig(cfg); at.Serve(client.Options().BaseEndpoint) {
		c.Topics = client
	}
	if client := lambda.NewFromConfig(cfg); at.Serve(client.Options().BaseEndpoint) {
		c.Functions = client
	}
	if client := costexplorer.NewFromConfig(cfg); at.Serve(client.Options().BaseEndpoint) {
		c.Costs = client
	}
	return c
}
