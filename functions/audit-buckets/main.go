// Command audit-buckets is the Lambda function that audits a stage's buckets on a
// schedule. Package watch has what it does; its role only reads, but for what it remembers.
package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/fusionpos/orgbucket/pkg/function"
	"github.com/fusionpos/orgbucket/pkg/operator/watch"
)

func main() {
	log := lambdacontext.NewLogger()
	settings, err := watch.Load(os.Getenv)
	var watcher *watch.Watch
	if err == nil {
		watcher, err = watch.New(settings, function.NewTransport(), log)
	}
	if err != nil {
		log.Error("settings are wrong", slog.String("error", err.Error()))
		os.Exit(1)
	}
	lambda.Start(watcher.Invoke)
}
