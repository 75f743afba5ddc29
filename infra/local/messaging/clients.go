package messaging

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// newClients makes the clients of the server. fauxqs looks only at the Region in a signature, so any credentials do.
func newClients(url, region string) (*sqs.Client, *sns.Client) {
	identity := credentials.NewStaticCredentialsProvider("local", "local", "")
	client := newBufferingClient()
	return sqs.New(sqs.Options{BaseEndpoint: aws.String(url), Region: region, Credentials: identity, HTTPClient: client}),
		sns.New(sns.Options{BaseEndpoint: aws.String(url), Region: region, Credentials: identity, HTTPClient: client})
}

// bufferingClient reads request bodies into memory before it sends them, and answers before it gives them out.
//
// With the SDK's own streaming bodies, a ReceiveMessage now and then fails with "use of closed network connection" on
// a good answer (aws-sdk-go-v2 issue 2737: the connection is closed from the writing side while the answer is being
// read). The SDK then asks again, and the messages of the lost answer stay in flight for the visibility timeout with
// a receive used up. A body in memory is written at once and leaves nothing to close late.
type bufferingClient struct {
	http *http.Client
}

// newBufferingClient uses no proxy: a proxy of the developer's shell can't reach this machine's loopback.
func newBufferingClient() *bufferingClient {
	return &bufferingClient{http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}}
}

// Do sends the request as http.Client does.
func (c *bufferingClient) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		body, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			return nil, fmt.Errorf("read the body of the request to %s: %w", r.URL.Host, err)
		}
		// NewRequest knows a bytes.Reader, and sets the length and what is needed to send it again.
		buffered, err := http.NewRequestWithContext(r.Context(), r.Method, r.URL.String(), bytes.NewReader(body))
		if err != nil {
			return nil, fmt.Errorf("buffer the request to %s: %w", r.URL.Host, err)
		}
		buffered.Header, buffered.Host = r.Header, r.Host
		r = buffered
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, err // the SDK tells transport errors apart, and names the operation
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(content))
	return answer, nil
}
