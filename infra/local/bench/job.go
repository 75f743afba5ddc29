package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
	"github.com/fusionpos/orgbucket/infra/local/bench/result"
)

// job is one run to be made: N messages in batches.
type job struct {
	result.Key
	state endpoint.State
	batch int // messages in an event
	way   way
	// processes share the batches; 0 is one that gets all of them.
	processes int
}

// failure names the job that an error is of.
func (j job) failure(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", j.Key, err)
}

// way is how a contestant reaches AWS.
type way string

const (
	plain         way = "http"    // all services at one address
	secure        way = "https"   // the same over TLS
	pathTunnel    way = "path"    // by AWS's names through the proxy, path style
	virtualTunnel way = "virtual" // the same, with the bucket in the name
)

// organizations are the ids of a job's messages.
func organizations(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("org%05d", i+1)
	}
	return ids
}

// event is a batch as Lambda's event source hands it over.
func event(ids []string) ([]byte, error) {
	var e events.SQSEvent
	for _, id := range ids {
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: "message-for-" + id, ReceiptHandle: endpoint.HandlePrefix + id, Body: fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q}`, id),
			Attributes: map[string]string{
				"ApproximateReceiveCount": "1", "SentTimestamp": "1767225600000", "SenderId": "AIDAEXAMPLE", "ApproximateFirstReceiveTimestamp": "1767225600001",
			},
			EventSource: "aws:sqs", EventSourceARN: "arn:aws:sqs:" + endpoint.Region + ":" + endpoint.Account + ":organizations", AWSRegion: endpoint.Region,
		})
	}
	text, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("write an event: %w", err)
	}
	return text, nil
}

// environment is what every contestant gets. bundle is a file of certificates.
func (w way) environment(a endpoint.Addresses, bundle string) map[string]string {
	env := map[string]string{
		"ACCOUNT_ID": endpoint.Account, "OUTCOME_TOPIC_ARN": "arn:aws:sns:" + endpoint.Region + ":" + endpoint.Account + ":outcomes",
		"MAX_RECEIVE_COUNT": "5", "S3_USE_PATH_STYLE": "true",
		"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		// The SDK's default configuration looks there.
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
	}
	maps.Copy(env, w.where(a, bundle))
	return env
}

func (w way) where(a endpoint.Addresses, bundle string) map[string]string {
	const queue = "/" + endpoint.Account + "/organizations"
	switch w {
	case plain:
		return map[string]string{"AWS_ENDPOINT_URL": a.Plain, "QUEUE_URL": a.Plain + queue}
	case secure:
		return map[string]string{"AWS_ENDPOINT_URL": a.TLS, "QUEUE_URL": a.TLS + queue, "SSL_CERT_FILE": bundle}
	}
	env := map[string]string{"QUEUE_URL": "https://sqs." + endpoint.Region + ".amazonaws.com" + queue, "HTTPS_PROXY": a.Proxy, "SSL_CERT_FILE": bundle}
	if w == virtualTunnel {
		env["S3_USE_PATH_STYLE"] = "false"
	}
	return env
}

// timeout is the deployed function's.
const timeout = 30 * time.Second
