package config

import (
	"fmt"
	"net/url"
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

func (e *environment) topic(name string) string {
	value := e.required(name)
	if value != "" && !arn.IsTopic(value) {
		e.failf("%s %q isn't a standard SNS topic's ARN", name, value)
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
