// Package config reads the function's settings from its environment: typed,
// checked, and with every error at once, so that a bad deployment says all that
// is wrong with it in the first line it logs.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// The defaults of what may be left out.
const (
	DefaultBucketPrefix       = "fusion-rms-"
	DefaultClientUserPrefix   = "rms_"
	DefaultRedeliveryMinDelay = 10 * time.Second
	DefaultRedeliveryMaxDelay = 15 * time.Minute
)

// maxVisibility is the longest time that SQS hides a message, counted from its
// receive, less the longest time that Lambda may have worked on it by then
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html).
const maxVisibility = 12*time.Hour - 15*time.Minute

// Settings are the function's.
type Settings struct {
	OutcomeTopicARN    string
	QueueURL           string
	MaxReceiveCount    int
	Naming             bucket.Naming
	RedeliveryMinDelay time.Duration
	RedeliveryMaxDelay time.Duration
	S3UsePathStyle     bool
	Endpoints          Endpoints
	Credentials        Credentials
}

// Endpoints replace AWS's own where they aren't empty.
type Endpoints struct{ S3, SNS, SQS string }

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
		OutcomeTopicARN: e.matching("OUTCOME_TOPIC_ARN", topicForm, "a standard SNS topic's ARN"),
		QueueURL:        e.url("QUEUE_URL", e.required("QUEUE_URL")),
		MaxReceiveCount: e.integer("MAX_RECEIVE_COUNT", 1, 1000),
		Naming: bucket.Naming{
			Account:          account,
			Region:           e.required("AWS_REGION"),
			BucketPrefix:     e.optional("BUCKET_PREFIX", DefaultBucketPrefix),
			ClientAccount:    e.optional("CLIENT_ACCOUNT_ID", account),
			ClientUserPrefix: e.optional("CLIENT_USER_PREFIX", DefaultClientUserPrefix),
		},
		RedeliveryMinDelay: e.duration("REDELIVERY_MIN_DELAY", DefaultRedeliveryMinDelay),
		RedeliveryMaxDelay: e.duration("REDELIVERY_MAX_DELAY", DefaultRedeliveryMaxDelay),
		S3UsePathStyle:     e.boolean("S3_USE_PATH_STYLE"),
		Endpoints:          Endpoints{S3: e.endpoint("S3"), SNS: e.endpoint("SNS"), SQS: e.endpoint("SQS")},
		Credentials: Credentials{
			AccessKeyID:     e.required("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: e.required("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    getenv("AWS_SESSION_TOKEN"),
		},
	}
	if s.RedeliveryMinDelay > s.RedeliveryMaxDelay {
		e.failf("REDELIVERY_MIN_DELAY (%s) is longer than REDELIVERY_MAX_DELAY (%s)", s.RedeliveryMinDelay, s.RedeliveryMaxDelay)
	}
	e.add(filled(s.Naming).Validate())
	return s, errors.Join(e.errs...)
}

// filled has stand-ins for what is missing, which was said already, so that the
// rest can be checked.
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

var topicForm = regexp.MustCompile(`^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$`)

// environment reads variables and collects what's wrong with them. Values are
// shown in errors but for those of credentials, which have no rule to break.
type environment struct {
	getenv func(string) string
	errs   []error
}

func (e *environment) add(err error) {
	if err != nil {
		e.errs = append(e.errs, err)
	}
}

func (e *environment) failf(format string, args ...any) { e.add(fmt.Errorf(format, args...)) }

func (e *environment) required(name string) string {
	value := e.getenv(name)
	if value == "" {
		e.failf("%s is required", name)
	}
	return value
}

func (e *environment) optional(name, otherwise string) string {
	if value := e.getenv(name); value != "" {
		return value
	}
	return otherwise
}

func (e *environment) matching(name string, form *regexp.Regexp, what string) string {
	value := e.required(name)
	if value != "" && !form.MatchString(value) {
		e.failf("%s %q isn't %s", name, value, what)
	}
	return value
}

func (e *environment) integer(name string, least, most int) int {
	value := e.required(name)
	n, err := strconv.Atoi(value)
	if value != "" && (err != nil || n < least || n > most) {
		e.failf("%s %q isn't a whole number from %d to %d", name, value, least, most)
	}
	return n
}

func (e *environment) duration(name string, otherwise time.Duration) time.Duration {
	value := e.getenv(name)
	if value == "" {
		return otherwise
	}
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 || d > maxVisibility {
		e.failf("%s %q isn't a duration from 0s to %s, such as 10s or 15m", name, value, maxVisibility)
	}
	return d
}

func (e *environment) boolean(name string) bool {
	value := e.getenv(name)
	b, err := strconv.ParseBool(value)
	if value != "" && err != nil {
		e.failf("%s %q isn't true or false", name, value)
	}
	return b
}

// endpoint reads the SDK's own variables
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
func (e *environment) endpoint(service string) string {
	if strings.EqualFold(e.getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true") {
		return ""
	}
	name := "AWS_ENDPOINT_URL_" + service
	if e.getenv(name) == "" {
		name = "AWS_ENDPOINT_URL"
	}
	return e.url(name, e.getenv(name))
}

func (e *environment) url(name, value string) string {
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		e.failf("%s %q isn't an http or https URL", name, value)
	}
	return value
}
