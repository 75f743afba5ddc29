// Package bufferedhttp is an HTTP client for the AWS SDK that keeps the bodies of
// requests and answers in memory.
//
// With the SDK's own streaming bodies a ReceiveMessage now and then fails with
// "use of closed network connection" on a good answer (aws-sdk-go-v2 issue 2737:
// the connection is closed from the writing side while the answer is being
// read). The SDK then asks again, and the messages of the lost answer stay in
// flight for the visibility timeout, with a receive used up. A body in memory is
// written at once and leaves nothing to close late.
package bufferedhttp

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// Client sends requests as an http.Client does. It may be used concurrently.
type Client struct {
	http *http.Client
}

// New takes what sends: proxies and timeouts are its. No redirect is followed: a request
// that was signed for one bucket is never sent elsewhere.
func New(transport http.RoundTripper) *Client {
	return &Client{&http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Do sends the request. The answer's body is in memory: ten messages of SQS's
// largest size are more than 10 MiB. Errors are the http.Client's own, since the
// SDK tells by them what may be tried again.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	r, err := buffer(r)
	if err != nil {
		return nil, err
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	content, err := readAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(content))
	return answer, nil
}

// buffer returns the request with its body in memory, so that it can be sent again.
// Of the caller's request only the body is read and closed.
func buffer(r *http.Request) (*http.Request, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return r, nil
	}
	content, err := readAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read the body of the request to %s: %w", r.URL.Host, err)
	}
	r = r.WithContext(r.Context())
	r.ContentLength = int64(len(content))
	r.GetBody = func() (io.ReadCloser, error) {
		if len(content) == 0 {
			return http.NoBody, nil
		}
		return io.NopCloser(bytes.NewReader(content)), nil
	}
	r.Body, err = r.GetBody()
	return r, err
}

// readAll reads and closes a body.
func readAll(body io.ReadCloser) ([]byte, error) {
	defer func() { _ = body.Close() }()
	return io.ReadAll(body)
}
