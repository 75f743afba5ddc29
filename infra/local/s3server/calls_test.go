package s3server

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestEveryCallIsLoggedWithItsCallerAndOutcome(t *testing.T) {
	bucket, user := newBucket(t), newUser(t)
	putObject(t, bucket, "pub/x", "picture")
	_ = putPolicy(t, bucket, publicRead(bucket))
	_, _ = server.Client(user).GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: &bucket})
	_, _ = server.Client(Credentials{AccessKeyID: "AKIANOBODY", SecretAccessKey: "x"}).HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: aws.String("pub/x")})
	_, _ = get(t, bucket, "pub/x")

	want := []Call{
		{Who: "root", Operation: "CreateBucket", Status: 200},
		{Who: "root", Operation: "PutObject", Key: "pub/x", Status: 200},
		{Who: "root", Operation: "PutBucketPolicy", Status: 403, Code: "AccessDenied"},
		{Who: user.User, Operation: "GetBucketTagging", Status: 403, Code: "AccessDenied"},
		{Who: "AKIANOBODY", Operation: "HeadObject", Key: "pub/x", Status: 403},
		{Who: "anonymous", Operation: "GetObject", Key: "pub/x", Status: 403, Code: "AccessDenied"},
	}
	var got []Call
	for _, call := range server.Calls() {
		if call.Bucket == bucket {
			if time.Since(call.Time) > time.Minute {
				t.Errorf("%s happened at %s", call.Operation, call.Time)
			}
			call.Time, call.Bucket = time.Time{}, ""
			got = append(got, call)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestRequestsAreNamedAsInTheAPI(t *testing.T) {
	for request, want := range map[string]string{
		"GET /": "ListBuckets", "PUT /b": "CreateBucket", "HEAD /b": "HeadBucket", "DELETE /b": "DeleteBucket", "GET /b?list-type=2": "ListObjectsV2",
		"GET /b?tagging=": "GetBucketTagging", "PUT /b?tagging=": "PutBucketTagging", "PUT /b?policy=": "PutBucketPolicy", "DELETE /b?policy=": "DeleteBucketPolicy",
		"PUT /b?publicAccessBlock=": "PutPublicAccessBlock", "GET /b?publicAccessBlock=": "GetPublicAccessBlock",
		"PUT /b?acl=": "PutBucketSubresource", "POST /b?delete=": "PostBucketSubresource", "PUT /b/pub/": "PutObject", "GET /b/k": "GetObject", "DELETE /b/k": "DeleteObject",
	} {
		method, url, _ := strings.Cut(request, " ")
		call := newCall(httptest.NewRequest(method, url, nil))
		if reads := method == "GET" || method == "HEAD"; call.Operation != want || call.Write() == reads {
			t.Errorf("%s is %s (write %v), want %s", request, call.Operation, call.Write(), want)
		}
	}
}
