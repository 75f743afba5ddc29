// Command provision-bucket is the Lambda function that gives every organization
// its bucket: it takes "organization created" messages from an SQS queue and
// publishes the outcomes to an SNS topic. This file is wiring only.
package main

import (
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/fusionpos/orgbucket/pkg/config"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
	"github.com/fusionpos/orgbucket/pkg/sqsbatch"
)

// gcPercent lets the heap grow to 8 MB before it's collected, twice Go's own
// least: a batch allocates more than 4 MB, so that each would be collected.
const gcPercent = 200

func main() {
	log := lambdacontext.NewLogger()
	settings, err := config.Load(os.Getenv)
	if err != nil {
		log.Error("settings are wrong", slog.String("error", err.Error()))
		os.Exit(1)
	}
	go loadRoots(settings.Endpoints)
	debug.SetGCPercent(gcPercent)
	lambda.Start(newBatch(settings, newClients(settings, newHTTPClient()), log).Handle)
}

// newBatch wires the way of a message: queue → provisioning → topic.
func newBatch(s config.Settings, clients clients, log *slog.Logger) *sqsbatch.Batch {
	store := s3store.New(clients.s3, s.Naming.Account, s.HomesBucket)
	service := provision.NewService(s.Naming, store, store)
	handler := provision.NewHandler(service, outcome.NewPublisher(clients.sns, s.OutcomeTopicARN))
	return sqsbatch.New(handler, clients.sqs, log, sqsbatch.Options{
		QueueURL:        s.QueueURL,
		MaxReceiveCount: s.MaxReceiveCount,
		Redelivery:      sqsbatch.Redelivery{Min: s.RedeliveryMinDelay, Max: s.RedeliveryMaxDelay},
	})
}
