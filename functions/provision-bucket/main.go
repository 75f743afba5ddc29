// Command provision-bucket is the Lambda function that gives every organization
// its bucket: it takes "organization created" messages from an SQS queue and
// publishes the outcomes to an SNS topic. Package function wires it.
package main

import (
	"crypto/x509"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/fusionpos/orgbucket/pkg/config"
	"github.com/fusionpos/orgbucket/pkg/function"
	"github.com/fusionpos/orgbucket/pkg/version"
)

// gcPercent lets the heap grow to 8 MB before a collection, twice Go's minimum: a
// batch allocates more than 4 MB, so that each one would cause a collection.
const gcPercent = 200

func main() {
	log := lambdacontext.NewLogger()
	settings, err := config.Load(os.Getenv)
	if err != nil {
		log.Error("settings are wrong", slog.String("error", err.Error()))
		os.Exit(1)
	}
	go loadRoots(settings.Endpoints.S3)
	debug.SetGCPercent(gcPercent)
	lambda.Start(function.New(settings, function.NewTransport(), log.With(slog.String("version", version.Release()))))
}

// loadRoots loads the system's root certificates while the function waits for its
// first message; otherwise the first TLS connection would wait for them. Go loads
// them once and keeps them. Local servers without TLS need none.
func loadRoots(endpoint string) {
	if !strings.HasPrefix(endpoint, "http:") {
		_, _ = x509.SystemCertPool() // the first connection reports the same error
	}
}
