package s3server

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// search asks for the buckets of an organization as the function does.
func search(t *testing.T, orgID string) (names []string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, server.URL(), strings.NewReader(`{"TagFilters":[{"Key":"OrgId","Values":["`+orgID+`"]}]}`))
	must(t, err)
	request.Header.Set("X-Amz-Target", searchTarget)
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer func() { _ = response.Body.Close() }()
	var found struct {
		ResourceTagMappingList []struct{ ResourceARN string }
	}
	must(t, json.NewDecoder(response.Body).Decode(&found))
	for _, resource := range found.ResourceTagMappingList {
		names = append(names, strings.TrimPrefix(resource.ResourceARN, "arn:aws:s3:::"))
	}
	return names
}

func TestTheSearchFollowsEveryChangeOfTags(t *testing.T) {
	const id = "searched"
	ctx, root, first, second := t.Context(), server.RootClient(), newName("fusion-rms-search"), newName("fusion-rms-search")
	want := func(when string, names ...string) {
		t.Helper()
		if got := search(t, id); !slices.Equal(got, names) {
			t.Errorf("%s it finds %v, want %v", when, got, names)
		}
	}
	want("before")
	_, err := root.CreateBucket(ctx, tagged(first, id))
	must(t, err)
	want("after a creation with the tag", first)
	_, err = root.CreateBucket(ctx, tagged(second, "another"))
	must(t, err)
	_, err = root.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{
		Bucket: &second, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("OrgId"), Value: aws.String(id)}}},
	})
	must(t, err)
	want("after another one's tag was changed", first, second)
	_, err = root.DeleteBucketTagging(ctx, &s3.DeleteBucketTaggingInput{Bucket: &first})
	must(t, err)
	want("after the tags were deleted", second)
	must(t, tagAs(t, server.RootCredentials(), second)) // for xmsqa1
	want("after S3 Control changed it")
	_, err = root.CreateBucket(ctx, tagged(first+"-x", id))
	must(t, err)
	_, err = root.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: aws.String(first + "-x")})
	must(t, err)
	want("after a bucket was deleted")
}
