package s3store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	// foreign: neither it nor S3 is AWS's, so who answers may not know the API. Beside
	// AWS's S3 it is a way to AWS, and what it answers counts.
	foreign bool
}

// newEndpoint returns the endpoint at an address, by default at AWS's own host, whose
// name begins with this one and the Region. It is nil if nobody is to be asked: S3 is
// somebody else's, and AWS knows nothing of its buckets. The Region has to be of a
// known partition.
func newEndpoint(o s3.Options, service, host, address string) *endpoint {
	elsewhere := foreign(aws.ToString(o.BaseEndpoint), o.Region)
	if address == "" && elsewhere {
		return nil
	}
	partition, _ := arn.PartitionOf(o.Region) // the settings were checked
	address = cmp.Or(address, "https://"+host+"."+o.Region+"."+partition.DNSSuffix)
	return &endpoint{o, service, address, elsewhere && foreign(address, o.Region)}
}

// foreign reports whether an address isn't AWS's. The empty one is.
func foreign(address, region string) bool {
	p, _ := arn.PartitionOf(region)
	at, err := url.Parse(address)
	if err != nil {
		return true
	}
	host := strings.TrimSuffix(strings.ToLower(at.Hostname()), ".") // as DNS takes it
	return at.Host != "" && !strings.HasSuffix(host, "."+p.DNSSuffix) && !strings.HasSuffix(host, ".api.aws")
}

// longestAnswer bounds what is read of an answer, in bytes: a page of the tagging API
// has a hundred buckets with fifty tags each.
const longestAnswer = 4 << 20

// answer is what a server answered to a request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send signs and sends a request, and reads the answer. doing is for errors.
func (e *endpoint) send(ctx context.Context, method, path string, header map[string]string, body []byte, doing string) (answer, error) {
	response, err := e.roundTrip(ctx, method, path, header, body)
	if err != nil {
		return answer{}, classify(err, "%s", doing)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return answer{}, fault.Wrap(fault.ServiceUnavailable, err, "%s: read the answer", doing)
	}
	return answer{response.StatusCode, response.Header, text}, nil
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

// asError is the error of an answer that isn't what was asked for: what was being done,
// who answered, and AWS's words, but where they may repeat what was signed.
func (r refusal) asError(doing, who string) error {
	code := r.faultCode()
	if r.status == http.StatusOK && code != fault.Throttled {
		code = fault.ServiceUnavailable
	}
	if strings.Contains(r.code, "Signature") {
		r.message = ""
	}
	return fault.New(code, "%s: %s answered %d %.60q %.300q", doing, who, r.status, r.code, r.message)
}
