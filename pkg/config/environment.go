package config

import (
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// environment reads variables and collects their errors. Errors show the values,
// except those of credentials, for which the only rule is that they exist.
type environment struct {
	getenv func(string) string
	errs   []error
}

func (e *environment) failf(format string, args ...any) {
	e.errs = append(e.errs, fmt.Errorf(format, args...))
}

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

func (e *environment) topic(name string) string {
	value := e.required(name)
	if value != "" && !arn.IsTopic(value) {
		e.failf("%s %q isn't a standard SNS topic's ARN", name, value)
	}
	return value
}

// queue reads a standard queue's URL. FIFO queues deliver in order: a message that
// fails would keep its group waiting until it is a dead letter
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
func (e *environment) queue(name string) string {
	value := e.url(name, e.required(name))
	if strings.HasSuffix(value, ".fifo") {
		e.failf("%s %q is a FIFO queue's; only standard queues are supported", name, value)
	}
	return value
}

// unread are variables that the SDK reads for other programs
// (https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html). This one
// takes region, credentials, attempts and trust from elsewhere.
var unread = []string{
	"AWS_USE_DUALSTACK_ENDPOINT", "AWS_CA_BUNDLE", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ROLE_ARN",
	"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE",
	"AWS_DEFAULTS_MODE", "AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION", "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "AWS_ACCOUNT_ID_ENDPOINT_MODE",
	"AWS_SIGV4A_SIGNING_REGION_SET",
}

// refuseUnread refuses settings that would otherwise be ignored without a word. One
// that says false, or names no file, asks for nothing.
func (e *environment) refuseUnread() {
	for _, name := range unread {
		if value := e.getenv(name); value != "" && value != os.DevNull && !strings.EqualFold(value, "false") {
			e.failf("%s isn't supported by this function and would be ignored: remove it", name)
		}
	}
}

// number reads a whole number from 1 to most.
func (e *environment) number(name string, most int) int {
	value := e.required(name)
	n, _ := strconv.Atoi(value) // what is none becomes 0, or the largest or least of all
	if value != "" && (n < 1 || n > most) {
		e.failf("%s %q isn't a whole number from 1 to %d", name, value, most)
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
		e.failf("%s %q isn't a duration from 0s to %v hours, such as 10s or 15m", name, value, maxVisibility.Hours())
	}
	return d
}

func (e *environment) tags(name string) map[string]string {
	tags, err := bucket.ParseTags(e.getenv(name))
	if err != nil {
		e.failf("%s: %w", name, err)
	}
	return tags
}

func (e *environment) boolean(name string, otherwise bool) bool {
	value := e.getenv(name)
	if value == "" {
		return otherwise
	}
	b, err := strconv.ParseBool(value)
	if err != nil {
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
