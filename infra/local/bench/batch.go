package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
)

// invoke hands over a batch. A message that fails is an error.
func invoke(ctx context.Context, process *lambdasim.Function, ids []string) error {
	batch, err := event(ids)
	if err != nil {
		return err
	}
	answer, err := process.Invoke(ctx, batch)
	if err != nil {
		return err
	}
	var failures struct{ BatchItemFailures []json.RawMessage }
	if err := json.Unmarshal(answer.Payload, &failures); err != nil || len(failures.BatchItemFailures) > 0 {
		return fmt.Errorf("messages failed: %s", answer.Payload)
	}
	return nil
}

// timeout is the deployed function's.
const timeout = 30 * time.Second

// organizations returns the ids of n organizations.
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
			MessageId: "message-for-" + id, ReceiptHandle: "handle-of-" + id, Body: fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q}`, id),
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

// environment is what every contestant gets.
func environment(url string) map[string]string {
	return map[string]string{
		"ACCOUNT_ID": endpoint.Account, "HOMES_BUCKET": endpoint.HomesBucket, "OUTCOME_TOPIC_ARN": "arn:aws:sns:" + endpoint.Region + ":" + endpoint.Account + ":outcomes",
		"QUEUE_URL": url + "/" + endpoint.Account + "/organizations", "MAX_RECEIVE_COUNT": "5", "S3_USE_PATH_STYLE": "true", "AWS_ENDPOINT_URL": url,
		"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		// The SDK's default configuration looks there.
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
	}
}
