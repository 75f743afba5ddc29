package s3store

import (
	"context"
	"encoding/xml"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// accountBlockAge is how old the account's public access block may be, which hardly ever
// changes.
const accountBlockAge = time.Minute

// accountBlock reads the public access block of the account by S3 Control
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html).
type accountBlock struct {
	*endpoint
	account string

	mu    sync.Mutex
	open  bucket.AccessBlock // the last one that restricted nothing
	asked time.Time          // when that was asked for
}

// ReadingAccountBlock is the store that reads the account's public access block, with
// the Region, the credentials and the HTTP client of these options. An empty address
// is AWS's own endpoint, and if S3 is somebody else's, nobody is asked.
func (s *Store) ReadingAccountBlock(o s3.Options, address string) *Store {
	host := s.account + ".s3-control"
	if o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled {
		host += "-fips"
	}
	e := newEndpoint(o, "s3", host, address)
	if e == nil {
		return s
	}
	if scheme, rest, ok := strings.Cut(address, "://"); ok && !foreign(address, o.Region) {
		// AWS's hosts want the account before their names, as the SDK puts it. Others
		// may have no such name; they take it from the header.
		e.url = scheme + "://" + s.account + "." + rest
	}
	with := *s
	with.block = &accountBlock{endpoint: e, account: s.account}
	return &with
}

// ReadAccountBlock returns the public access block in effect for all of the account's
// buckets, the organization's settings included; without one all flags are off. It may
// be a minute old, unless it restricts public buckets. A store that isn't
// ReadingAccountBlock knows of none. Neither does a server that isn't AWS's beside an S3
// that isn't, unless it answers with one before work, which this runs beside, is done.
func (s *Store) ReadAccountBlock(ctx, work context.Context) (bucket.AccessBlock, error) {
	if s.block == nil {
		return bucket.AccessBlock{}, nil
	}
	if known, ok := s.block.known(); ok {
		return known, nil
	}
	if s.block.foreign {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(work, cancel)()
	}
	asked := time.Now()
	b, err := s.block.read(ctx)
	if s.block.foreign && err != nil {
		b, err = bucket.AccessBlock{}, nil
	}
	if err == nil && !b.RestrictPublicBuckets && ctx.Err() == nil {
		s.block.keep(b, asked)
	}
	return b, err
}

func (a *accountBlock) known() (bucket.AccessBlock, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.open, fresh(a.asked, time.Now())
}

func (a *accountBlock) keep(b bucket.AccessBlock, asked time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open, a.asked = b, asked
}

// fresh reports whether what was asked for then still counts: by the wall clock, since the
// other one may stand still while Lambda freezes the process, and by that one, since the
// wall clock may be set back.
func fresh(asked, now time.Time) bool {
	wall := now.Round(0).Sub(asked.Round(0))
	return wall >= 0 && wall < accountBlockAge && now.Sub(asked) < accountBlockAge
}

func (a *accountBlock) read(ctx context.Context) (bucket.AccessBlock, error) {
	const doing = "read the account's public access block"
	got, err := a.send(ctx, http.MethodGet, "/v20180820/configuration/publicAccessBlock",
		map[string]string{"X-Amz-Account-Id": a.account}, nil, doing)
	if err != nil {
		return bucket.AccessBlock{}, err
	}
	if got.status != http.StatusOK {
		return bucket.AccessBlock{}, noBlock(got, doing)
	}
	var c struct {
		XMLName               xml.Name `xml:"PublicAccessBlockConfiguration"`
		BlockPublicAcls       bool
		IgnorePublicAcls      bool
		BlockPublicPolicy     bool
		RestrictPublicBuckets bool
	}
	if err := xml.Unmarshal(got.body, &c); err != nil {
		return bucket.AccessBlock{}, fault.Wrap(fault.ServiceUnavailable, err, "%s: read the answer", doing)
	}
	return bucket.AccessBlock{
		BlockPublicACLs: c.BlockPublicAcls, IgnorePublicACLs: c.IgnorePublicAcls,
		BlockPublicPolicy: c.BlockPublicPolicy, RestrictPublicBuckets: c.RestrictPublicBuckets,
	}, nil
}

// noBlock returns nil if the answer says that there is no block.
func noBlock(a answer, doing string) error {
	var said struct {
		Code    string `xml:"Error>Code"`
		Message string `xml:"Error>Message"`
	}
	_ = xml.Unmarshal(a.body, &said) // without a body the status says enough
	if said.Code == "NoSuchPublicAccessBlockConfiguration" {
		return nil
	}
	return refusal{status: a.status, code: said.Code, message: said.Message}.asError(doing+", which needs s3:GetAccountPublicAccessBlock", "S3 Control")
}
