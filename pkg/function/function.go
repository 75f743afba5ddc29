// Package function wires the Lambda function: from settings, a transport and a
// log it makes the handler of SQS batches. The deployed function and every proof
// of it call New, so that what is proved is what is deployed.
package function

import (
	"log/slog"
	"net/http"

	"github.com/fusionpos/orgbucket/pkg/config"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
	"github.com/fusionpos/orgbucket/pkg/sqsbatch"
)

// New returns the function's handler of batches. All requests to AWS go through
// transport: NewTransport's in production, a fake in tests. Everything above it
// (redirect policy, retries, endpoints, expected owner, receive count) is fixed here.
func New(s config.Settings, transport http.RoundTripper, log *slog.Logger) *sqsbatch.Batch {
	c := newClients(s, transport)
	store := s3store.New(c.s3, s.Naming.Account, s.HomesBucket).
		Searching(c.s3.Options(), s.Endpoints.Tagging).
		ReadingAccountBlock(c.s3.Options(), s.Endpoints.S3Control)
	service := provision.NewService(s.Naming, store, store)
	handler := provision.NewHandler(service, outcome.NewPublisher(c.sns, s.OutcomeTopicARN))
	return sqsbatch.New(handler, c.sqs, log, sqsbatch.Options{
		QueueURL:        s.QueueURL,
		MaxReceiveCount: s.MaxReceiveCount,
		Redelivery:      sqsbatch.Redelivery{Min: s.RedeliveryMinDelay, Max: s.RedeliveryMaxDelay},
	})
}
