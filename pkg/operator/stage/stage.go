// Package stage finds where a stage's parts are: its queues, its topic, its
// function, and how its buckets are named. The stack says so in SSM parameters;
// without a stage the environment does, as for the system on one machine.
package stage

import (
	"context"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// Stage is where a stage's parts are. What a command doesn't need is filled
// in where it's known, unchecked, and empty otherwise.
type Stage struct {
	// Name is empty if everything came from the environment.
	Name string
	// Naming has the account that owns the stack and the buckets, which is that of
	// the queue, and the Region of both.
	Naming bucket.Naming

	// HomesBucket keeps the claims.
	HomesBucket string

	QueueURL, DeadLetterURL, TopicARN string
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

// Sources are where a stage's values come from.
type Sources struct {
	// Name is the stage's, empty for the environment.
	Name string
	// Getenv is os.Getenv. With a stage it isn't asked: a variable that was left
	// over from another system would mix the two.
	Getenv func(name string) string
	// Region is that of the SDK's configuration: AWS_REGION or the profile's.
	// A stage is looked for there. Empty if none is set.
	Region string
	// Parameters and Identity are asked with a stage only. Without Parameters no
	// stage can be found; Identity serves better errors and may be nil.
	Parameters Parameters
	Identity   Identity
}

// Resolve finds the stage and checks what the command needs of it. Its error
// is an *Error, which lists everything that's missing or wrong.
func Resolve(ctx context.Context, from Sources, needs Needs) (*Stage, error) {
	found, err := from.values(ctx)
	if err != nil {
		return nil, err
	}
	d := &Stage{
		Name: from.Name,
		Naming: bucket.Naming{
			Account:          found.text(owner),
			Region:           found.text(region),
			BucketPrefix:     found.text(bucketPrefix),
			ClientAccount:    found.text(clientAccount),
			ClientUserPrefix: found.text(clientUserPrefix),
		},
		HomesBucket:   found.text(homesBucket),
		QueueURL:      found.text(queueURL),
		DeadLetterURL: found.text(deadLetterURL),
		TopicARN:      found.text(topicARN),
		QueueARN:      found.text(queueARN),
		DeadLetterARN: found.text(deadLetterARN),
		FunctionName:  found.text(functionName),
	}
	if err := found.check(d.Naming, needs); err != nil {
		return nil, err
	}
	return d, nil
}
