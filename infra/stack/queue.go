package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

const (
	// MaxReceiveCount is how often a message is received before SQS moves it to
	// the dead-letter queue. The function gets the same number: it announces
	// a failure on the last receive only.
	MaxReceiveCount = 5
	// timeoutSeconds is the function's, and visibilitySeconds how long a message
	// is hidden while it's worked on. Lambda asks for six times as much, so that
	// no message comes again while its batch may still be under way
	// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
	timeoutSeconds    = 30
	visibilitySeconds = 6 * timeoutSeconds

	retentionDays = 4
	// deadLetterRetentionDays is SQS's longest. A message's age goes on counting
	// in the dead-letter queue, so this has to be much more than retentionDays
	// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html).
	deadLetterRetentionDays = 14
)

type queues struct{ main, deadLetters awssqs.Queue }

// newQueues makes the queue and its dead-letter queue. SQS's own encryption
// rather than a key of ours: senders, SNS and EventBridge need no right on it.
func newQueues(stack awscdk.Stack, s Settings) queues {
	mainName := s.name("organization-created")
	// The dead-letter queue takes messages from this queue only. Its ARN is made
	// from its name, since the queues would need each other otherwise.
	mainARN := stack.FormatArn(&awscdk.ArnComponents{Service: jsii.String("sqs"), Resource: jsii.String(mainName)})
	source := awssqs.Queue_FromQueueArn(stack, jsii.String("DeadLetterSource"), mainARN)
	deadLetters := awssqs.NewQueue(stack, jsii.String("DeadLetters"), &awssqs.QueueProps{
		QueueName:       jsii.String(s.name("dead-letters")),
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:      jsii.Bool(true),
		RetentionPeriod: awscdk.Duration_Days(jsii.Number(deadLetterRetentionDays)),
		RemovalPolicy:   s.removal(),
		RedriveAllowPolicy: &awssqs.RedriveAllowPolicy{
			RedrivePermission: awssqs.RedrivePermission_BY_QUEUE,
			SourceQueues:      &[]awssqs.IQueue{source},
		},
	})
	return queues{
		deadLetters: deadLetters,
		main: awssqs.NewQueue(stack, jsii.String("Queue"), &awssqs.QueueProps{
			QueueName:         jsii.String(mainName),
			Encryption:        awssqs.QueueEncryption_SQS_MANAGED,
			EnforceSSL:        jsii.Bool(true),
			RetentionPeriod:   awscdk.Duration_Days(jsii.Number(retentionDays)),
			VisibilityTimeout: awscdk.Duration_Seconds(jsii.Number(visibilitySeconds)),
			RemovalPolicy:     s.removal(),
			DeadLetterQueue:   &awssqs.DeadLetterQueue{Queue: deadLetters, MaxReceiveCount: jsii.Number(MaxReceiveCount)},
		}),
	}
}
