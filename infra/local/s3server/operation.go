package s3server

import (
	"net/http"
	"net/url"
	"strings"
)

// operation names a request as S3's API does, from method, path, and the query
// key that stands for a subresource, as far as this system and its tests use it.
// Another subresource's requests get the method's verb, so that a PUT stays a write.
func operation(r *http.Request, bucket, key string) string {
	switch {
	case bucket == "" && r.Method == http.MethodGet:
		return "ListBuckets"
	case key == "":
		return bucketOperation(r.Method, r.URL.Query())
	}
	return verb(r.Method) + "Object"
}

// bucketSubresources are the parts of a bucket that are read, put and deleted under one name.
var bucketSubresources = map[string]string{
	"policy": "BucketPolicy", "publicAccessBlock": "PublicAccessBlock", "tagging": "BucketTagging",
}

func bucketOperation(method string, query url.Values) string {
	for key, name := range bucketSubresources {
		if query.Has(key) {
			return verb(method) + name
		}
	}
	switch {
	case method == http.MethodGet:
		return "ListObjectsV2"
	case len(query) > 0:
		return verb(method) + "BucketSubresource"
	case method == http.MethodPut:
		return "CreateBucket"
	}
	return verb(method) + "Bucket"
}

// verb turns an HTTP method into the first word of an operation: PUT into Put.
func verb(method string) string {
	return method[:1] + strings.ToLower(method[1:])
}
