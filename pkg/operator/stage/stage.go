// Package stage finds a stage's parts: its queues, its topic, its function, and how
// its buckets are named. The stack writes them to SSM parameters. Without a stage,
// as for the system on one machine, all values come from the environment.
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
	// Name is empty if everything came from the environment.
	Name string
	// Naming has the account that owns the stack and the buckets, which is that of
	// the queue, and the Region of both.
	Naming bucket.Naming

	// HomesBucket keeps the claims.
	HomesBucket string

	QueueURL, DeadLetterURL, TopicARN string
	// LogGroup is the function's log.
	LogGroup string
	// Empty outside a stage.
	QueueARN, DeadLetterARN, FunctionName string
}

// Needs are what a command can't work without.
type Needs struct {
	// Naming: account, Region, prefixes, the clients' account and the bucket of the claims.
	Naming bool
	// Queue and DeadLetters are their URLs.
	Queue, DeadLetters bool
}

// sources are where a stage's values come from.
type sources struct {
	name   string // the stage's; empty for the environment
	getenv func(name string) string
	region string // of the SDK's configuration

	parameters *ssm.Client
	identity   *sts.Client
}

// Resolve finds the stage of this name, or without a name the system of the
// environment, and checks what the command needs of it. A stage is looked for in the
// Region of cfg, which is that of AWS_REGION or the profile. With a stage getenv,
// which is os.Getenv, isn't called: a variable left over from another system would
// mix the two. The error is an *Error, which lists everything that's missing or wrong.
func Resolve(ctx context.Context, cfg aws.Config, name string, getenv func(name string) string, needs Needs) (*Stage, error) {
	fenced := account.Fenced(cfg)
	from := sources{name, getenv, cfg.Region, ssm.NewFromConfig(fenced), sts.NewFromConfig(fenced)}
	found, err := from.values(ctx)
	if err != nil {
		return nil, err
	}
	tags, tagsErr := bucket.ParseTags(found.text(bucketTags))
	d := &Stage{
		Name: name,
		Naming: bucket.Naming{
			Account:          found.text(owner),
			Region:           found.text(region),
			BucketPrefix:     found.text(bucketPrefix),
			SiblingPrefixes:  found.text(siblingPrefixes),
			ClientAccount:    found.text(clientAccount),
			ClientUserPrefix: found.text(clientUserPrefix),
			Rules:            bucket.Rules{Namespace: found.text(namespace), Tags: tags, Ownership: found.text(bucketOwnership)},
		},
		HomesBucket:   found.text(homesBucket),
		LogGroup:      found.text(logGroup),
		QueueURL:      found.text(queueURL),
		DeadLetterURL: found.text(deadLetterURL),
		TopicARN:      found.text(topicARN),
		QueueARN:      found.text(queueARN),
		DeadLetterARN: found.text(deadLetterARN),
		FunctionName:  found.text(functionName),
	}
	if err := found.check(d.Naming, tagsErr, needs); err != nil {
		return nil, err
	}
	return d, nil
}
