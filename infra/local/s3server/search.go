package s3server

import (
	"encoding/json"
	"net/http"

	"github.com/versity/versitygw/auth"
)

// searchTarget marks a request to the Resource Groups Tagging API
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
const searchTarget = "ResourceGroupsTaggingAPI_20170126.GetResources"

// search answers the tagging API's search for buckets, which versitygw doesn't have.
// Nobody's rights are checked: versitygw judges signatures and policies of S3 alone.
func (s *Server) search(w http.ResponseWriter, r *http.Request, call *Call) {
	status, answer := s.searched(r)
	call.Status = status
	s.calls.add(*call)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // a client that's gone has lost its answer
}

func (s *Server) searched(r *http.Request) (status int, answer map[string]any) {
	var in struct {
		TagFilters []struct {
			Key    string
			Values []string
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.TagFilters) != 1 || len(in.TagFilters[0].Values) != 1 {
		return http.StatusBadRequest, map[string]any{"__type": "InvalidParameterException", "Message": "one filter with one value is expected here"}
	}
	found := []map[string]string{}
	for _, name := range s.tags.find(in.TagFilters[0].Key, in.TagFilters[0].Values[0]) {
		found = append(found, map[string]string{"ResourceARN": auth.ResourceArnPrefix + name})
	}
	return http.StatusOK, map[string]any{"ResourceTagMappingList": found}
}
