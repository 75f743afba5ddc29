package s3store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// endpoint is that of an AWS service of which the function needs one request. It
// signs the request with the SDK's signer: each further client of the SDK would make
// the function a fifteenth larger.
type endpoint struct {
	options s3.Options // Region, credentials and HTTP client
	service string     // as signatures name it
	url     string
	// foreign: it isn't AWS's, so who answers may not know the API.
	foreign bool
}

// newEndpoint returns the endpoint at an address, by default at AWS's own host, whose
// name begins with this one and the Region. It is nil if nobody is to be asked: S3 is
// somebody else's, and AWS knows nothing of its buckets. The Region has to be of a
// known partition.
func newEndpoint(o s3.Options, service, host, address string) *endpoint {
	partition, _ := arn.PartitionOf(o.Region) // the settings were checked
	if address == "" {
		if foreign(aws.ToString(o.BaseEndpoint), partition) {
			return nil
		}
		address = "https://" + host + "." + o.Region + "." + partition.DNSSuffix
	}
	return &endpoint{o, service, address, foreign(address, partition)}
}

// foreign reports whether an address isn't AWS's. The empty one is.
func foreign(address string, p arn.Partition) bool {
	at, err := url.Parse(address)
	return err != nil || at.Host != "" && !strings.HasSuffix(at.Hostname(), "."+p.DNSSuffix)
}

// longestAnswer bounds what is read of an answer, in bytes: a page of the tagging API
// has a hundred buckets with fifty tags each.
const longestAnswer = 4 << 20

// send signs and sends a request, and reads the answer. doing is for errors.
func (e *endpoint) send(ctx context.Context, method, path string, header map[string]string, body []byte, doing string) (status int, answer []byte, err error) {
	response, err := e.roundTrip(ctx, method, path, header, body)
	switch {
	case err != nil && ctx.Err() != nil:
		return 0, nil, fault.Wrap(fault.DeadlineExceeded, err, "%s", doing)
	case err != nil:
		return 0, nil, classify(err, "%s", doing)
	}
	defer func() { _ = response.Body.Close() }()
	if answer, err = io.ReadAll(io.LimitReader(response.Body, longestAnswer)); err != nil {
		return 0, nil, fault.Wrap(fault.ServiceUnavailable, err, "%s: read the answer", doing)
	}
	return response.StatusCode, answer, nil
}

func (e *endpoint) roundTrip(ctx context.Context, method, path string, header map[string]string, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, e.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	r.Header.Set("X-Amz-Content-Sha256", hash) // S3 Control asks for it
	for name, value := range header {
		r.Header.Set(name, value)
	}
	credentials, err := e.options.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hash, e.service, e.options.Region, time.Now()); err != nil {
		return nil, err
	}
	return e.options.HTTPClient.Do(r)
}

// refused is the error of an answer that refuses a request.
func refused(doing, who string, status int, name, message string) error {
	code := fault.Internal
	switch {
	case strings.Contains(name, "Throttl"), name == "SlowDown", status == http.StatusTooManyRequests:
		code = fault.Throttled
	case status >= http.StatusInternalServerError:
		code = fault.ServiceUnavailable
	case strings.HasPrefix(name, "AccessDenied"), status == http.StatusForbidden:
		code = fault.AccessDenied
	}
	return fault.New(code, "%s: %s answered %d %s: %s", doing, who, status, name, fmt.Sprintf("%.300s", message))
}
