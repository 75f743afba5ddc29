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
	for _, c := range []struct {
		method, url, header, operation string
		write                          bool
	}{
		{"GET", "/", "", "ListBuckets", false},
		{"PUT", "/b", "", "CreateBucket", true},
		{"HEAD", "/b", "", "HeadBucket", false},
		{"DELETE", "/b", "", "DeleteBucket", true},
		{"GET", "/b?list-type=2", "", "ListObjectsV2", false},
		{"GET", "/b", "", "ListObjects", false},
		{"GET", "/b?uploads", "", "ListMultipartUploads", false},
		{"GET", "/b?tagging=", "", "GetBucketTagging", false},
		{"PUT", "/b?tagging=", "", "PutBucketTagging", true},
		{"PUT", "/b?policy=", "", "PutBucketPolicy", true},
		{"DELETE", "/b?policy=", "", "DeleteBucketPolicy", true},
		{"PUT", "/b?publicAccessBlock=", "", "PutPublicAccessBlock", true},
		{"GET", "/b?publicAccessBlock=", "", "GetPublicAccessBlock", false},
		{"POST", "/b?delete=", "", "DeleteObjects", true},
		{"PUT", "/b/pub/", "", "PutObject", true},
		{"PUT", "/b/k", "X-Amz-Copy-Source", "CopyObject", true},
		{"GET", "/b/k", "", "GetObject", false},
		{"DELETE", "/b/k", "", "DeleteObject", true},
		{"POST", "/b/k?uploads", "", "CreateMultipartUpload", true},
		{"PUT", "/b/k?partNumber=1&uploadId=x", "", "UploadPart", true},
		{"POST", "/b/k?uploadId=x", "", "CompleteMultipartUpload", true},
	} {
		request := httptest.NewRequest(c.method, c.url, strings.NewReader(""))
		if c.header != "" {
			request.Header.Set(c.header, "x")
		}
		call := newCall(request)
		if call.Operation != c.operation || call.Write() != c.write {
			t.Errorf("%s %s is %s (write %v), want %s (write %v)", c.method, c.url, call.Operation, call.Write(), c.operation, c.write)
		}
	}
}
