package s3store

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

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
// is somebody else's, nobody is asked.
func (s *Store) Searching(o s3.Options, address string) *Store {
	with := *s
	with.search = &search{newEndpoint(o, "tagging", "tagging", address)}
	return &with
}

// SearchTagged returns the names of this account's buckets in the Region that are
// tagged for the organization. The API's index lags behind the tags by minutes. A
// store that isn't Searching finds nothing, and neither does a server that isn't AWS's
// and doesn't know the API.
func (s *Store) SearchTagged(ctx context.Context, id org.ID) (names []string, err error) {
	if s.search == nil || s.search.endpoint == nil {
		return nil, nil
	}
	for token := ""; ; {
		page, err := s.search.page(ctx, id, token)
		if err != nil {
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

// found is a page of the answer.
type found struct {
	PaginationToken        string
	ResourceTagMappingList []struct{ ResourceARN string }
}

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
	status, text, err := s.send(ctx, http.MethodPost, "", map[string]string{
		"Content-Type": "application/x-amz-json-1.1",
		"X-Amz-Target": "ResourceGroupsTaggingAPI_20170126.GetResources",
	}, body, doing)
	switch {
	case err != nil:
		return found{}, err
	case s.unknown(status, text):
		return found{}, nil
	case status != http.StatusOK:
		return found{}, refusedSearch(doing, status, text)
	}
	if err := json.Unmarshal(text, &page); err != nil {
		return found{}, fault.Wrap(fault.ServiceUnavailable, err, "%s: read the answer", doing)
	}
	return page, nil
}

// unknown reports whether the server doesn't know the API: it isn't AWS's, and its
// answer is neither JSON nor a fault of its own.
func (s *search) unknown(status int, text []byte) bool {
	return s.foreign && !json.Valid(text) && (status < http.StatusInternalServerError || status == http.StatusNotImplemented)
}

// refusedSearch is the error of an answer that isn't 200
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/CommonErrors.html).
func refusedSearch(doing string, status int, text []byte) error {
	var refusal struct {
		Type    string `json:"__type"`
		Message string
	}
	_ = json.Unmarshal(text, &refusal) // without a body the status says enough
	_, name, qualified := strings.Cut(refusal.Type, "#")
	if !qualified {
		name = refusal.Type
	}
	return refused(doing, "the tagging API", status, name, refusal.Message)
}
