package doctor

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// fact is one of the facts that several checks look at.
type fact int

const (
	theCaller fact = iota
	theQueue
	theDeadLetters
	theFunction
	theTopic
	theAlarmTopic
	theAlarms
	numberOfFacts
)

// facts are what several checks look at, each read once.
type facts struct {
	*Doctor
	caller      account.Caller
	queue       attributes
	deadLetters attributes
	function    *lambda.GetFunctionConfigurationOutput
	topic       map[string]string // the outcome topic's attributes
	alarmTopic  map[string]string
	alarms      []alarm
	swapped     bool                 // the queues are each given for the other
	err         [numberOfFacts]error // why a fact couldn't be read
}

// attributes are a queue's, as SQS returns them.
type attributes struct {
	of       map[string]string
	metadata middleware.Metadata
}

// facts reads the facts at once.
func (d *Doctor) facts(ctx context.Context) *facts {
	f := &facts{Doctor: d}
	var wg sync.WaitGroup
	wg.Go(func() { f.caller, f.err[theCaller] = d.account.Caller(ctx) })
	wg.Go(func() {
		f.queue, f.err[theQueue] = d.readQueue(ctx, "queue", d.stage.QueueURL, "--stage or QUEUE_URL")
	})
	wg.Go(func() {
		f.deadLetters, f.err[theDeadLetters] = d.readQueue(ctx, "dead-letter queue", d.stage.DeadLetterURL, "--stage or DEAD_LETTER_QUEUE_URL")
	})
	wg.Go(func() { f.topic, f.err[theTopic] = d.readTopic(ctx, d.stage.TopicARN) })
	wg.Go(func() { f.alarmTopic, f.err[theAlarmTopic] = d.readAlarmTopic(ctx) })
	wg.Go(func() { f.alarms, f.err[theAlarms] = d.readAlarms(ctx) })
	wg.Go(func() { f.function, f.err[theFunction] = d.readFunction(ctx) })
	wg.Wait()
	f.seeSwapped()
	return f
}

func (d *Doctor) readQueue(ctx context.Context, what, url, needs string) (attributes, error) {
	if url == "" {
		return attributes{}, missing(needs)
	}
	out, err := d.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(url), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
	})
	if err != nil {
		return attributes{}, failure[*sqstypes.QueueDoesNotExist](err, "sqs:GetQueueAttributes on "+d.arn("sqs", lastPart(url, "/")),
			&absent{fmt.Sprintf("there's no %s %s", what, show(url)), "Check the stage, the Region and the account. " + putBack})
	}
	return attributes{out.Attributes, out.ResultMetadata}, nil
}

// liveAlias is the alias of the version that gets the queue's messages (infra/stack).
const liveAlias = "live"

func (d *Doctor) readFunction(ctx context.Context) (*lambda.GetFunctionConfigurationOutput, error) {
	name := d.stage.FunctionName
	if name == "" {
		return nil, missing("--stage")
	}
	out, err := d.functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(name), Qualifier: aws.String(liveAlias)})
	if err != nil {
		return nil, failure[*lambdatypes.ResourceNotFoundException](err, "lambda:GetFunctionConfiguration on "+d.functionARN()+":"+liveAlias,
			&absent{"there's no function " + show(name) + " with an alias " + liveAlias, putBack})
	}
	return out, nil
}

// failure is the error of a failed request: gone if err is a NotFound, and otherwise
// that the question has no answer.
func failure[NotFound error](err error, permission string, gone *absent) error {
	if _, ok := errors.AsType[NotFound](err); ok {
		return gone
	}
	return account.Unanswered(err, permission)
}

// arn is the ARN of a part of the stack in the stage's account and Region.
func (d *Doctor) arn(service, name string) string {
	n := d.stage.Naming
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", arn.PartitionID(n.Region), service, n.Region, n.Account, show(name))
}

func (d *Doctor) functionARN() string { return d.arn("lambda", "function:"+d.stage.FunctionName) }
