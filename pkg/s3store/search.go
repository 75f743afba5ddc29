package s3store

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// search asks the Resource Groups Tagging API for buckets by tag
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
type search struct{ *endpoint }

// Searching is the store that searches by tag, with the Region, the credentials and
// the HTTP client of these options. An empty address is AWS's own endpoint, and if S3
// is somebody else's, nobody is asked. The API has no FIPS endpoints.
func (s *Store) Searching(o s3.Options, address string) *Store {
	e := newEndpoint(o, "tagging", "tagging", address)
	if e == nil {
		return s
	}
	with := *s
	with.search = &search{e}
	return &with
}

// SearchTagged returns the names of this account's buckets in the Region that are
// tagged for the organization. The API's index lags behind the tags by minutes. A
// store that isn't Searching finds nothing, and neither does a server that doesn't know
// the API, if neither it nor S3 is AWS's.
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

// page asks for the page of the answer that the token is for.
func (s *search) page(ctx context.Context, id org.ID, token string) (page found, err error) {
	doing := "search buckets tagged for " + string(id)
	body, err := json.Marshal(map[string]any{
		"ResourceTypeFilters": []string{"s3"},
		"TagFilters":          []any{map[string]any{"Key": bucket.TagKey, "Values": []string{string(id)}}},
		"PaginationToken":     token,
	})
	if err != nil {
		return found{}, fault.Wrap(fault.Internal, err, "%s", doing)
	}
	got, err := s.send(ctx, http.MethodPost, "", map[string]string{
		"Content-Type": "application/x-amz-json-1.1",
		"X-Amz-Target": "ResourceGroupsTaggingAPI_20170126.GetResources",
	}, body, doing)
	if err != nil {
		return found{}, err
	}
	_ = json.Unmarshal(got.body, &page) // what isn't JSON has no list and no type
	switch {
	case got.status == http.StatusOK && page.ResourceTagMappingList != nil:
		return page, nil
	case s.foreign && page.Type == "" && (got.status < http.StatusInternalServerError || got.status == http.StatusNotImplemented):
		return found{}, nil // who answers doesn't know the API
	}
	return found{}, page.refusal(got).asError(doing+", which needs tag:GetResources", "the tagging API")
}

// refusal returns what an answer says that isn't a page
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/CommonErrors.html).
func (f found) refusal(a answer) refusal {
	name := cmp.Or(a.header.Get("X-Amzn-ErrorType"), f.Type)
	name = name[strings.LastIndex(name, "#")+1:]
	name, _, _ = strings.Cut(name, ":")
	return refusal{status: a.status, code: name, message: f.Message}
}
