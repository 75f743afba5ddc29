package s3store

import (
	"context"
	"encoding/xml"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// The account's public access block hardly ever changes. So it is read again after a
// minute, and asked for no longer than deliveries can wait.
const (
	accountBlockAge  = time.Minute
	accountBlockWait = 2 * time.Second
)

// accountBlock reads the public access block of the account by S3 Control
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html).
type accountBlock struct {
	*endpoint
	account string

	mu    sync.Mutex
	open  bucket.AccessBlock // the last one that restricted nothing
	until time.Time          // how long that counts
}

// ReadingAccountBlock is the store that reads the account's public access block, with
// the Region, the credentials and the HTTP client of these options. An empty address
// is AWS's own endpoint, and if S3 is somebody else's, nobody is asked.
func (s *Store) ReadingAccountBlock(o s3.Options, address string) *Store {
	with := *s
	with.block = &accountBlock{endpoint: newEndpoint(o, "s3", s.account+".s3-control", inAccount(address, s.account)), account: s.account}
	return &with
}

// inAccount puts the account before the host's name, as the SDK does. With an IP
// address that can't be done; a server there takes it from a header.
func inAccount(address, account string) string {
	u, err := url.Parse(address)
	if address == "" || err != nil || net.ParseIP(u.Hostname()) != nil {
		return address
	}
	u.Host = account + "." + u.Host
	return u.String()
}

// ReadAccountBlock returns the public access block in effect for all of the account's
// buckets, the organization's settings included; without one all flags are off. It may
// be a minute old, unless it restricts public buckets. A store that isn't
// ReadingAccountBlock knows of none.
func (s *Store) ReadAccountBlock(ctx context.Context) (bucket.AccessBlock, error) {
	if s.block == nil || s.block.endpoint == nil {
		return bucket.AccessBlock{}, nil
	}
	if known, ok := s.block.known(); ok {
		return known, nil
	}
	ctx, cancel := context.WithTimeout(ctx, accountBlockWait)
	defer cancel()
	b, err := s.block.read(ctx)
	if err == nil && !b.RestrictPublicBuckets {
		s.block.keep(b)
	}
	return b, err
}

func (a *accountBlock) known() (bucket.AccessBlock, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.open, time.Now().Before(a.until)
}

// keep keeps the block for a while by the wall clock, so that the time in which Lambda
// freezes the process counts.
func (a *accountBlock) keep(b bucket.AccessBlock) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open, a.until = b, time.Now().Round(0).Add(accountBlockAge)
}

func (a *accountBlock) read(ctx context.Context) (bucket.AccessBlock, error) {
	const doing = "read the account's public access block"
	status, text, err := a.send(ctx, http.MethodGet, "/v20180820/configuration/publicAccessBlock",
		map[string]string{"X-Amz-Account-Id": a.account}, nil, doing)
	if err != nil {
		return bucket.AccessBlock{}, err
	}
	if status != http.StatusOK {
		return bucket.AccessBlock{}, a.without(doing, status, text)
	}
	var c struct {
		XMLName               xml.Name `xml:"PublicAccessBlockConfiguration"`
		BlockPublicAcls       bool
		IgnorePublicAcls      bool
		BlockPublicPolicy     bool
		RestrictPublicBuckets bool
	}
	if err := xml.Unmarshal(text, &c); err != nil {
		return bucket.AccessBlock{}, fault.Wrap(fault.ServiceUnavailable, err, "%s: read the answer", doing)
	}
	return bucket.AccessBlock{
		BlockPublicACLs: c.BlockPublicAcls, IgnorePublicACLs: c.IgnorePublicAcls,
		BlockPublicPolicy: c.BlockPublicPolicy, RestrictPublicBuckets: c.RestrictPublicBuckets,
	}, nil
}

// without returns nil if the answer says that there is no block, or comes from a
// server that isn't AWS's and doesn't know of one.
func (a *accountBlock) without(doing string, status int, text []byte) error {
	var refusal struct {
		Code    string `xml:"Error>Code"`
		Message string `xml:"Error>Message"`
	}
	_ = xml.Unmarshal(text, &refusal) // without a body the status says enough
	switch {
	case refusal.Code == "NoSuchPublicAccessBlockConfiguration",
		a.foreign && (status == http.StatusNotFound || status == http.StatusNotImplemented):
		return nil
	}
	return refused(doing, "S3 Control", status, refusal.Code, refusal.Message)
}
