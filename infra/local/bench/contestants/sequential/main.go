// Command sequential is what anyone would write first: the SDK's default
// configuration, one call after the other, one record after the other.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "load the configuration:", err)
		os.Exit(1)
	}
	p := provisioner{s3: s3.NewFromConfig(cfg), sns: sns.NewFromConfig(cfg), account: os.Getenv("ACCOUNT_ID"), topic: os.Getenv("OUTCOME_TOPIC_ARN")}
	lambda.Start(func(ctx context.Context, event events.SQSEvent) error {
		for _, record := range event.Records {
			if err := p.provision(ctx, record.Body); err != nil {
				return err
			}
		}
		return nil
	})
}
