// Package config reads and checks the function's settings from its environment. It
// reports all errors at once, so that the first log line of a bad deployment names
// everything that is wrong with it.
package config

import (
	"cmp"
	"errors"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// The defaults of optional settings.
const (
	DefaultBucketPrefix       = "fusion-rms-"
	DefaultClientUserPrefix   = "rms_"
	DefaultRedeliveryMinDelay = 10 * time.Second
	DefaultRedeliveryMaxDelay = 15 * time.Minute
)

// maxVisibility is the longest time for which SQS hides a message, which counts from
// its receive, less the longest time that an invocation can have taken before
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html).
const maxVisibility = 12*time.Hour - 15*time.Minute

// Settings are the function's.
type Settings struct {
	OutcomeTopicARN    string
	QueueURL           string
	MaxReceiveCount    int
	HomesBucket        string
	Naming             bucket.Naming
	RedeliveryMinDelay time.Duration
	RedeliveryMaxDelay time.Duration
	S3UsePathStyle     bool
	Endpoints          Endpoints
	// FIPS: S3, SNS and SQS are called at their FIPS endpoints.
	FIPS        bool
	Credentials Credentials
}

// Endpoints are URLs to use instead of AWS's own endpoints where they aren't empty.
type Endpoints struct{ S3, S3Control, SNS, SQS, Tagging string }

// ofSDK returns an endpoint of one of the SDK's clients.
func (e Endpoints) ofSDK() string { return cmp.Or(e.S3, e.SNS, e.SQS) }

// Credentials are those that Lambda gives the function for its role. They live
// as long as the process
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
type Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }

// String keeps credentials out of logs.
func (Credentials) String() string { return "(credentials)" }

// GoString keeps credentials out of logs, too.
func (Credentials) GoString() string { return "(credentials)" }

// MarshalText keeps credentials out of logs in JSON.
func (Credentials) MarshalText() ([]byte, error) { return []byte("(credentials)"), nil }

// Load reads the settings through getenv (os.Getenv). An empty variable counts
// as not set. The error lists everything that's missing or wrong.
func Load(getenv func(string) string) (Settings, error) {
	e := &environment{getenv: getenv}
	account := e.required("ACCOUNT_ID")
	s := Settings{
		OutcomeTopicARN: e.topic("OUTCOME_TOPIC_ARN"),
		QueueURL:        e.queue("QUEUE_URL"),
		MaxReceiveCount: e.number("MAX_RECEIVE_COUNT", 1000),
		HomesBucket:     e.required("HOMES_BUCKET"),
		Naming: bucket.Naming{
			Account:          account,
			Region:           e.required("AWS_REGION"),
			BucketPrefix:     e.optional("BUCKET_PREFIX", DefaultBucketPrefix),
			ClientAccount:    e.optional("CLIENT_ACCOUNT_ID", account),
			ClientUserPrefix: e.optional("CLIENT_USER_PREFIX", DefaultClientUserPrefix),
			SiblingPrefixes:  e.optional("SIBLING_PREFIXES", ""),
			Rules: bucket.Rules{
				Namespace: getenv("BUCKET_NAMESPACE"),
				Tags:      e.tags("BUCKET_TAGS"),
				Ownership: getenv("BUCKET_OWNERSHIP"),
			},
		},
		RedeliveryMinDelay: e.duration("REDELIVERY_MIN_DELAY", DefaultRedeliveryMinDelay),
		RedeliveryMaxDelay: e.duration("REDELIVERY_MAX_DELAY", DefaultRedeliveryMaxDelay),
		S3UsePathStyle:     e.boolean("S3_USE_PATH_STYLE", true),
		Endpoints:          Endpoints{S3: e.endpoint("S3"), S3Control: e.endpoint("S3_CONTROL"), SNS: e.endpoint("SNS"), SQS: e.endpoint("SQS"), Tagging: e.endpoint("RESOURCE_GROUPS_TAGGING_API")},
		FIPS:               e.boolean("AWS_USE_FIPS_ENDPOINT", false),
		Credentials: Credentials{
			AccessKeyID:     e.required("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: e.required("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    getenv("AWS_SESSION_TOKEN"),
		},
	}
	if s.RedeliveryMinDelay > s.RedeliveryMaxDelay {
		e.failf("REDELIVERY_MIN_DELAY (%v seconds) is longer than REDELIVERY_MAX_DELAY (%v seconds)", s.RedeliveryMinDelay.Seconds(), s.RedeliveryMaxDelay.Seconds())
	}
	if s.FIPS && s.Endpoints.ofSDK() != "" {
		e.failf("AWS_USE_FIPS_ENDPOINT can't be combined with an endpoint of your own (%s)", s.Endpoints.ofSDK())
	}
	e.refuseUnread()
	if s.HomesBucket != "" {
		if err := s.Naming.CheckHomesBucket(s.HomesBucket); err != nil {
			e.failf("HOMES_BUCKET: %w", err)
		}
	}
	for _, err := range filled(s.Naming).Validate() {
		n, _ := errors.AsType[*bucket.NamingError](err) // each is one
		e.failf("%s: %w", variables[n.Setting], err)
	}
	return s, errors.Join(e.errs...)
}

// variables are the environment variables of the fields of bucket.Naming.
var variables = map[string]string{
	"Account": "ACCOUNT_ID", "Region": "AWS_REGION", "BucketPrefix": "BUCKET_PREFIX",
	"ClientAccount": "CLIENT_ACCOUNT_ID", "ClientUserPrefix": "CLIENT_USER_PREFIX", "SiblingPrefixes": "SIBLING_PREFIXES",
	"Namespace": "BUCKET_NAMESPACE", "Tags": "BUCKET_TAGS", "Ownership": "BUCKET_OWNERSHIP",
}

// filled returns n with placeholders for missing settings, which have been reported,
// so that the other settings can be checked.
func filled(n bucket.Naming) bucket.Naming {
	if n.Account == "" {
		n.Account = "000000000000"
	}
	if n.ClientAccount == "" {
		n.ClientAccount = n.Account
	}
	if n.Region == "" {
		n.Region = "us-east-1"
	}
	return n
}
