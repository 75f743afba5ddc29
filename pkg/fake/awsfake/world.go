// Package awsfake is AWS as far as the operators' tool asks it, for tests: it answers
// the SDK's requests on the wire, in the services' own protocols and in the shape of
// their recorded answers. At first a stage named prod is healthy; a test replaces
// the answers that it is about.
package awsfake

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// The stage that is there.
const (
	Account = "935799716578"
	Region  = "eu-west-1"
	Stage   = "prod"

	QueueURL      = "https://sqs.eu-west-1.amazonaws.com/935799716578/orgbucket-prod-organization-created"
	QueueARN      = "arn:aws:sqs:eu-west-1:935799716578:orgbucket-prod-organization-created"
	DeadLetterURL = "https://sqs.eu-west-1.amazonaws.com/935799716578/orgbucket-prod-dead-letters"
	DeadLetterARN = "arn:aws:sqs:eu-west-1:935799716578:orgbucket-prod-dead-letters"
	TopicARN      = "arn:aws:sns:eu-west-1:935799716578:orgbucket-prod-outcomes"
	AlarmTopicARN = "arn:aws:sns:eu-west-1:935799716578:orgbucket-prod-alarms"
	KeyARN        = "arn:aws:kms:eu-west-1:935799716578:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	HomesBucket   = "orgbucket-prod-homes-935799716578-eu-west-1-an"
	Function      = "orgbucket-prod-provision-bucket"
)

// Secret and Token are those of the credentials. No text may ever show them.
const (
	Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	Token  = "IQoJb3JpZ2luX2VjEXAMPLETOKEN"
)

// World is what the services answer. Its methods may be called concurrently.
type World struct {
	// Skew is how much later AWS's clock is than this machine's. It's set before
	// the first request.
	Skew time.Duration

	mu      sync.Mutex
	answers map[string]func(Request) Answer
	seen    []Request
}

// New is a world in which all is well.
func New() *World { return &World{answers: healthy()} }

// Request is one that came in.
type Request struct {
	// Action is named as IAM does: "sqs:GetQueueAttributes".
	Action string
	// Host is the endpoint's.
	Host string
	// Fields are the parameters, wherever the protocol has them. Those that aren't
	// text are JSON.
	Fields map[string]string
	// Body is the request's.
	Body string
}

// Answer is what comes back.
type Answer struct {
	Status int // 200 if it's 0
	Body   string
	Err    error       // there is no answer, but this error
	Header http.Header // besides the usual
	Silent bool        // there is no answer until the request is given up
}

// On replaces the answer to an action.
func (w *World) On(action string, a Answer) { w.OnEach(action, func(Request) Answer { return a }) }

// OnEach replaces the answers to an action, which may differ.
func (w *World) OnEach(action string, answer func(Request) Answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers[action] = answer
}

// OnAll replaces the answers to all actions.
func (w *World) OnAll(answer func(Request) Answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for action := range w.answers {
		w.answers[action] = answer
	}
}

// Seen lists the requests so far.
func (w *World) Seen() []Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.seen)
}

// Actions lists the actions of the requests so far, each once, sorted.
func (w *World) Actions() []string {
	var all []string
	for _, r := range w.Seen() {
		all = append(all, r.Action)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Config is the configuration of the SDK for this world. A failed request is tried
// twice, without a pause.
func (w *World) Config() aws.Config {
	return aws.Config{
		Region:     Region,
		HTTPClient: &http.Client{Transport: w},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: Secret, SessionToken: Token}, nil
		}),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts = 2
				o.RateLimiter = ratelimit.None
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
}
