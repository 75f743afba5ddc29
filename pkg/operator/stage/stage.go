// Package stage finds a stage's parts: its queues, its topic, its function, and how
// its buckets are named. The stack writes them to SSM parameters, and flags replace
// single values. Without a stage, as for a system on one machine, all values come
// from flags and the environment.
package stage

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// Stage is where a stage's parts are. What a command doesn't need is unchecked, and
// empty if it isn't known.
type Stage struct {
	// Name is empty if everything came from flags or the environment.
	Name string
	// Naming has the account that owns the stack and the buckets, which is that of
	// the queue, and the Region of both.
	Naming bucket.Naming

	QueueURL, DeadLetterURL, TopicARN string
	// QueueARN and DeadLetterARN are empty outside a stage, and where a flag
	// replaced the URL.
	QueueARN, DeadLetterARN string
	// FunctionName is empty outside a stage.
	FunctionName string
}

// Needs are what a command can't work without.
type Needs struct {
	// Naming: account, Region, prefixes and the clients' account.
	Naming bool
	// Queue and DeadLetters are their URLs, Topic the ARN of the outcomes' topic.
	Queue, DeadLetters, Topic bool
}

// Flags are what the command line says; what isn't given is empty.
type Flags struct {
	Stage                             string
	QueueURL, DeadLetterURL, TopicARN string
	Account, BucketPrefix             string
	ClientAccount, ClientUserPrefix   string
}

// sources are where a stage's values come from.
type sources struct {
	flags  Flags
	getenv func(name string) string
	region string // of the SDK's configuration

	parameters *ssm.Client
	identity   *sts.Client
}

// Resolve finds the stage and checks what the command needs of it. A stage is
// looked for in the Region of cfg, which is that of --region, AWS_REGION or the
// profile. With a stage getenv, which is os.Getenv, isn't called: a variable left
// over from another system would mix the two. The error is an *Error, which lists
// everything that's missing or wrong.
func Resolve(ctx context.Context, cfg aws.Config, flags Flags, getenv func(name string) string, needs Needs) (*Stage, error) {
	fenced := account.Fenced(cfg)
	from := sources{flags, getenv, cfg.Region, ssm.NewFromConfig(fenced), sts.NewFromConfig(fenced)}
	found, err := from.values(ctx)
	if err != nil {
		return nil, err
	}
	d := &Stage{
		Name: from.flags.Stage,
		Naming: bucket.Naming{
			Account:          found.text(owner),
			Region:           found.text(region),
			BucketPrefix:     found.text(bucketPrefix),
			ClientAccount:    found.text(clientAccount),
			ClientUserPrefix: found.text(clientUserPrefix),
		},
		QueueURL:      found.text(queueURL),
		DeadLetterURL: found.text(deadLetterURL),
		TopicARN:      found.text(topicARN),
		FunctionName:  found.text(functionName),
	}
	// The parameter's ARN isn't that of a queue that a flag names.
	if from.flags.QueueURL == "" {
		d.QueueARN = found.text(queueARN)
	}
	if from.flags.DeadLetterURL == "" {
		d.DeadLetterARN = found.text(deadLetterARN)
	}
	if err := found.check(d.Naming, needs); err != nil {
		return nil, err
	}
	return d, nil
}
