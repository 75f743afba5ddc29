package system

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/eventsource"
	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/permissions"
	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// The delays of redelivery are a tenth of the deployed ones, so that one can
// watch a message fail for good.
const (
	redeliveryMin = time.Second
	redeliveryMax = 4 * time.Second
)

// concurrency is the event source's unless the options say otherwise.
const concurrency = 2

// environment is the function's: its settings, its endpoints and its identity.
func (s *System) environment(identity s3server.Credentials) map[string]string {
	return map[string]string{
		"OUTCOME_TOPIC_ARN":           s.Queues.TopicARN,
		"QUEUE_URL":                   s.Queues.QueueURL,
		"HOMES_BUCKET":                s.HomesBucket,
		"MAX_RECEIVE_COUNT":           strconv.Itoa(s.Queues.MaxReceiveCount),
		"ACCOUNT_ID":                  s.Naming.Account,
		"BUCKET_PREFIX":               s.Naming.BucketPrefix,
		"CLIENT_USER_PREFIX":          s.Naming.ClientUserPrefix,
		"S3_USE_PATH_STYLE":           "true",
		"REDELIVERY_MIN_DELAY":        redeliveryMin.String(),
		"REDELIVERY_MAX_DELAY":        redeliveryMax.String(),
		"AWS_ENDPOINT_URL_S3":         s.S3.URL(),
		"AWS_ENDPOINT_URL_S3_CONTROL": s.S3.URL(),
		"AWS_ENDPOINT_URL_SNS":        s.Messaging.URL(),
		"AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API": s.S3.URL(),
		"AWS_ENDPOINT_URL_SQS":                         s.Messaging.URL(),
		"AWS_ACCESS_KEY_ID":                            identity.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":                        identity.SecretAccessKey,
		"BUCKET_NAMESPACE":                             s.Naming.Namespace,
		"BUCKET_TAGS":                                  s.Naming.TagsText(),
		"BUCKET_OWNERSHIP":                             s.Naming.Ownership,
	}
}

// Redeploy gives the function other rules for new buckets, and its identity the rights
// of the role that is deployed with them, as a changed stage does. Messages that come
// meanwhile wait. Nobody else may use the system meanwhile.
func (s *System) Redeploy(ctx context.Context, rules bucket.Rules) error {
	s.EventSource.Disable()
	defer s.EventSource.Enable()
	scope := permissions.Scope{Partition: "aws", Account: s.Naming.Account, BucketPrefix: s.Naming.BucketPrefix, HomesBucket: s.HomesBucket, Rules: rules}
	if _, err := permit(ctx, s.S3, s.Identity, permissions.S3(scope)); err != nil {
		return err
	}
	if err := s.Function.Close(); err != nil {
		return fmt.Errorf("stop the function: %w", err)
	}
	s.Naming.Rules = rules
	return s.startFunction(ctx, s.options)
}

// startFunction starts the function's first process and hands it an empty batch:
// a function that can't start is reported at once, not with every message.
func (s *System) startFunction(ctx context.Context, o Options) (err error) {
	s.Function, err = lambdasim.New(lambdasim.Options{
		Bootstrap: o.Bootstrap, Env: s.environment(s.Identity), Timeout: o.FunctionTimeout,
		Concurrency: o.Concurrency, MemoryMB: 256, FunctionName: "provision-bucket",
		Region: s.Naming.Region, Account: s.Naming.Account,
		Logs: func(line string) { s.logged(line, o.FunctionLog) },
	})
	if err != nil {
		return err
	}
	if _, err := s.Function.Invoke(ctx, []byte(`{"Records":[]}`)); err != nil {
		return errors.Join(fmt.Errorf("hand the function an empty batch: %w", err), s.Function.Close())
	}
	return nil
}

func (s *System) logged(line string, tell func(string)) {
	if record, ok := parseRecord(line); ok {
		s.records.add(record)
	}
	if tell != nil {
		tell(line)
	}
}

// newEventSource ties the queue to the function as the event source mapping does.
func (s *System) newEventSource(o Options) (*EventSource, error) {
	p, err := eventsource.New(eventsource.Options{
		SQS: s.Messaging.SQS(), QueueURL: s.Queues.QueueURL, QueueARN: s.Queues.QueueARN, Region: s.Naming.Region,
		MaximumConcurrency: o.Concurrency,
		Invoke: func(ctx context.Context, event []byte) ([]byte, error) {
			result, err := s.Function.Invoke(ctx, event)
			return result.Payload, err
		},
		OnBatch:     func(r eventsource.BatchReport) { s.batched(r, o.Trouble) },
		OnPollError: o.Trouble,
	})
	if err != nil {
		return nil, err
	}
	return &EventSource{poller: p}, nil
}

func (s *System) batched(r eventsource.BatchReport, trouble func(error)) {
	s.batches.add(r)
	if r.Err != nil && !errors.Is(r.Err, lambdasim.ErrClosed) {
		trouble(r.Err)
	}
}
