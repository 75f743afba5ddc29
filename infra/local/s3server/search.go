package s3server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/versity/versitygw/backend"
)

// searchTarget marks a request to the Resource Groups Tagging API
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
const searchTarget = "ResourceGroupsTaggingAPI_20170126.GetResources"

// search answers the tagging API's search for buckets, which versitygw doesn't have.
// Nobody's rights are checked: versitygw judges signatures and policies of S3 alone.
func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	var in struct {
		TagFilters []struct {
			Key    string
			Values []string
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.TagFilters) != 1 || len(in.TagFilters[0].Values) != 1 {
		http.Error(w, `{"__type":"InvalidParameterException","Message":"one filter with one value is expected here"}`, http.StatusBadRequest)
		return
	}
	names, err := namesTagged(r, s.store, s.buckets, in.TagFilters[0].Key, in.TagFilters[0].Values[0])
	if err != nil {
		fmt.Fprintf(s.log, "s3server: search by tag: %v\n", err)
		http.Error(w, `{"__type":"InternalServiceException"}`, http.StatusInternalServerError)
		return
	}
	type resource struct{ ResourceARN string }
	found := []resource{}
	for _, name := range names {
		found = append(found, resource{"arn:aws:s3:::" + name})
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(map[string][]resource{"ResourceTagMappingList": found}) // a client that's gone has lost its answer
}

// namesTagged lists the buckets that have a tag.
func namesTagged(r *http.Request, store backend.Backend, dir, key, value string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		tags, err := store.GetBucketTagging(r.Context(), e.Name())
		if err == nil && tags[key] == value { // a bucket without tags is an error
			names = append(names, e.Name())
		}
	}
	return names, nil
}
