package s3store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// search asks the Resource Groups Tagging API for buckets by tag
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
// It is one request, so it is signed here: another client of the SDK would make the
// function a fifteenth larger.
type search struct {
	options s3.Options // Region, credentials and HTTP client
	address string
	// foreign: the address isn't AWS's, so who answers may not know the API.
	foreign bool
}

// Searching is the store that searches by tag, with the Region, the credentials and
// the HTTP client of these options. An empty address is AWS's own endpoint, and if S3
// is somebody else's, nobody is asked: AWS knows nothing of its buckets. The Region has
// to be of a known partition.
func (s *Store) Searching(o s3.Options, address string) *Store {
	partition, _ := arn.PartitionOf(o.Region) // the settings were checked
	if address == "" {
		if foreign(aws.ToString(o.BaseEndpoint), partition) {
			return s
		}
		address = "https://tagging." + o.Region + "." + partition.DNSSuffix
	}
	with := *s
	with.search = &search{o, address, foreign(address, partition)}
	return &with
}

// foreign reports whether an address isn't AWS's. The empty one is.
func foreign(address string, p arn.Partition) bool {
	at, err := url.Parse(address)
	return err != nil || at.Host != "" && !strings.HasSuffix(at.Hostname(), "."+p.DNSSuffix) && !strings.HasSuffix(at.Hostname(), ".api.aws")
}

// SearchTagged returns the names of this account's buckets in the Region that are
// tagged for the organization. The API's index lags behind the tags by minutes. A
// store that isn't Searching finds nothing, and neither does a server that isn't AWS's
// and doesn't know the API.
func (s *Store) SearchTagged(ctx context.Context, id org.ID) (names []string, err error) {
	if s.search == nil {
		return nil, nil
	}
	within, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	for token := ""; ; {
		page, err := s.search.page(within, id, token)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, fault.Wrap(fault.DeadlineExceeded, err, "search buckets tagged for %s", id)
		case err != nil:
			return nil, err
		}
		for _, r := range page.ResourceTagMappingList {
			if _, name, ok := strings.Cut(r.ResourceARN, ":s3:::"); ok && !strings.Contains(name, "/") {
				names = append(names, name)
			}
		}
		if token = page.PaginationToken; token == "" {
			return names, nil
		}
	}
}

// found is an answer: a page, or an error.
type found struct {
	PaginationToken        string
	ResourceTagMappingList []struct{ ResourceARN string }
	// Type and Message are an error's.
	Type    string `json:"__type"`
	Message string
}

// searchTimeout bounds a search, so that one that hangs can be tried again within the
// delivery.
const searchTimeout = 5 * time.Second

// longestPage bounds what is read of an answer, in bytes: a hundred buckets with
// fifty tags each.
const longestPage = 4 << 20

// page asks for the page of the answer that the token is for.
func (s *search) page(ctx context.Context, id org.ID, token string) (page found, err error) {
	body, err := json.Marshal(map[string]any{
		"ResourceTypeFilters": []string{"s3"},
		"TagFilters":          []any{map[string]any{"Key": bucket.TagKey, "Values": []string{string(id)}}},
		"PaginationToken":     token,
	})
	if err != nil {
		return found{}, fault.Wrap(fault.Internal, err, "search buckets of %s", id)
	}
	response, err := s.send(ctx, body)
	if err != nil {
		return found{}, classify(err, "search buckets tagged for %s", id)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, longestPage))
	if err != nil {
		return found{}, fault.Wrap(fault.ServiceUnavailable, err, "search buckets tagged for %s: read the answer", id)
	}
	_ = json.Unmarshal(text, &page) // what isn't JSON has no list and no type
	status := response.StatusCode
	switch {
	case status == http.StatusOK && page.ResourceTagMappingList != nil:
		return page, nil
	case s.foreign && page.Type == "" && (status < http.StatusInternalServerError || status == http.StatusNotImplemented):
		return found{}, nil // who answers doesn't know the API
	}
	return found{}, page.refused(id, response)
}

// send signs and sends a request.
func (s *search) send(ctx context.Context, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "ResourceGroupsTaggingAPI_20170126.GetResources")
	credentials, err := s.options.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), "tagging", s.options.Region, time.Now()); err != nil {
		return nil, err
	}
	return s.options.HTTPClient.Do(r)
}

// refused is the error of an answer that isn't a page
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/CommonErrors.html).
// Its message is left out where it may repeat what was signed.
func (f found) refused(id org.ID, response *http.Response) error {
	name := cmp.Or(response.Header.Get("X-Amzn-ErrorType"), f.Type)
	name = name[strings.LastIndex(name, "#")+1:]
	name, _, _ = strings.Cut(name, ":")
	r := refusal{status: response.StatusCode, code: name}
	code := r.faultCode()
	if r.status == http.StatusOK && code != fault.Throttled {
		code = fault.ServiceUnavailable
	}
	if strings.Contains(name, "Signature") {
		f.Message = ""
	}
	return fault.New(code, "search buckets tagged for %s, which needs tag:GetResources: the tagging API answered %d %.60q %.300q", id, r.status, name, f.Message)
}
