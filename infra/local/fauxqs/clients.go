package fauxqs

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/operator/bufferedhttp"
)

// newClients makes the clients of the server. fauxqs looks only at the Region in a signature, so any credentials do.
// Bodies are kept in memory, so that no answer with messages is lost on the way: see package bufferedhttp.
func newClients(url, region string) (*sqs.Client, *sns.Client) {
	identity := credentials.NewStaticCredentialsProvider("local", "local", "")
	// No proxy: one of the developer's shell can't reach this machine's loopback.
	client := bufferedhttp.New(&http.Transport{MaxIdleConnsPerHost: 32})
	return sqs.New(sqs.Options{BaseEndpoint: aws.String(url), Region: region, Credentials: identity, HTTPClient: client}),
		sns.New(sns.Options{BaseEndpoint: aws.String(url), Region: region, Credentials: identity, HTTPClient: client})
}
