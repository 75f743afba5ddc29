// Command floor is what a provisioning function can't beat: the fewest calls that
// an organization's bucket takes, none of them waiting for another that it doesn't
// need, on the AWS SDK and nothing else. It is unsafe: it looks at nothing, so it
// would open somebody else's bucket, and a second delivery fails.
package main

import (
	"context"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

func main() {
	cfg := aws.Config{
		Region:       os.Getenv("AWS_REGION"),
		BaseEndpoint: endpoint(),
		Credentials:  aws.CredentialsProviderFunc(credentials),
		HTTPClient: &http.Client{Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 64, IdleConnTimeout: 90 * time.Second,
		}},
	}
	f := floor{
		s3:      s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }),
		sns:     sns.NewFromConfig(cfg),
		account: os.Getenv("ACCOUNT_ID"),
		topic:   os.Getenv("OUTCOME_TOPIC_ARN"),
	}
	lambda.Start(f.handle)
}

func endpoint() *string {
	if url := os.Getenv("AWS_ENDPOINT_URL"); url != "" {
		return &url
	}
	return nil
}

func credentials(context.Context) (aws.Credentials, error) {
	return aws.Credentials{
		AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
	}, nil
}
