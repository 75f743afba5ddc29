package doctor

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// visit is one examination. What several checks look at is asked once.
type visit struct {
	*Doctor
	caller      func() (account.Caller, error)
	queue       func() (attributes, error)
	deadLetters func() (attributes, error)
	function    func() (*lambda.GetFunctionConfigurationOutput, error)
}

// attributes are a queue's, as SQS gives them.
type attributes struct {
	of       map[string]string
	metadata middleware.Metadata
}

func (d *Doctor) visit(ctx context.Context) *visit {
	return &visit{
		Doctor: d,
		caller: shared(func() (account.Caller, error) { return d.account.Caller(ctx) }),
		queue: shared(func() (attributes, error) {
			return d.attributes(ctx, "queue", d.stage.QueueURL, "--stage or QUEUE_URL")
		}),
		deadLetters: shared(func() (attributes, error) {
			return d.attributes(ctx, "dead-letter queue", d.stage.DeadLetterURL, "--stage or DEAD_LETTER_QUEUE_URL")
		}),
		function: shared(func() (*lambda.GetFunctionConfigurationOutput, error) { return d.function(ctx) }),
	}
}

func (d *Doctor) attributes(ctx context.Context, what, url, needs string) (attributes, error) {
	if url == "" {
		return attributes{}, missing(needs)
	}
	if d.clients.Queues == nil {
		return attributes{}, account.NotServed("SQS")
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	out, err := d.clients.Queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(url), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
	})
	if _, gone := errors.AsType[*sqstypes.QueueDoesNotExist](err); gone {
		return attributes{}, &absent{fmt.Sprintf("there's no %s %s", what, show(url)), "Check the stage, the Region and the account; deploy the stage again if its queue was deleted."}
	}
	if err != nil {
		return attributes{}, account.Unanswered(err, "sqs:GetQueueAttributes on "+d.arn("sqs", lastPart(url, "/")))
	}
	return attributes{out.Attributes, out.ResultMetadata}, nil
}

func (d *Doctor) function(ctx context.Context) (*lambda.GetFunctionConfigurationOutput, error) {
	name := d.stage.FunctionName
	if name == "" {
		return nil, missing("--stage")
	}
	if d.clients.Functions == nil {
		return nil, account.NotServed("Lambda")
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	out, err := d.clients.Functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(name)})
	if _, gone := errors.AsType[*lambdatypes.ResourceNotFoundException](err); gone {
		return nil, &absent{"there's no function " + show(name), "Deploy the stage again."}
	}
	if err != nil {
		return nil, account.Unanswered(err, "lambda:GetFunctionConfiguration on "+d.functionARN())
	}
	return out, nil
}

// arn is that of a part of the stack in the stage's account and Region.
func (d *Doctor) arn(service, name string) string {
	n := d.stage.Naming
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", arn.PartitionID(n.Region), service, n.Region, n.Account, show(name))
}

func (d *Doctor) functionARN() string { return d.arn("lambda", "function:"+d.stage.FunctionName) }
