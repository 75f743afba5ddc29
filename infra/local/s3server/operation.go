package s3server

import (
	"net/http"
	"net/url"
	"strings"
)

// operation names a request as S3's API does, from method, path, and the query
// key that stands for a subresource. Rare subresources (inventory, metrics) go
// under the name of the plain operation, which is the cautious side: a PUT stays a write.
func operation(r *http.Request, bucket, key string) string {
	query := r.URL.Query()
	switch {
	case bucket == "" && r.Method == http.MethodGet:
		return "ListBuckets"
	case key == "":
		return bucketOperation(r.Method, query)
	default:
		return objectOperation(r, query)
	}
}

// bucketSubresources are the parts of a bucket that are read, put and deleted under one name.
var bucketSubresources = map[string]string{
	"policy": "BucketPolicy", "publicAccessBlock": "PublicAccessBlock", "tagging": "BucketTagging", "acl": "BucketAcl",
	"versioning": "BucketVersioning", "ownershipControls": "BucketOwnershipControls", "cors": "BucketCors",
	"encryption": "BucketEncryption", "lifecycle": "BucketLifecycle", "location": "BucketLocation",
	"policyStatus": "BucketPolicyStatus", "object-lock": "ObjectLockConfiguration", "website": "BucketWebsite",
	"logging": "BucketLogging", "notification": "BucketNotificationConfiguration", "replication": "BucketReplication",
}

func bucketOperation(method string, query url.Values) string {
	for key, name := range bucketSubresources {
		if query.Has(key) {
			return verb(method) + name
		}
	}
	switch {
	case query.Has("delete") && method == http.MethodPost:
		return "DeleteObjects"
	case query.Has("uploads"):
		return "ListMultipartUploads"
	case query.Has("versions"):
		return "ListObjectVersions"
	case method == http.MethodPut:
		return "CreateBucket"
	case method == http.MethodPost:
		return "PostObject"
	case method == http.MethodGet && query.Get("list-type") == "2":
		return "ListObjectsV2"
	case method == http.MethodGet:
		return "ListObjects"
	default: // HEAD, DELETE
		return verb(method) + "Bucket"
	}
}

func objectOperation(r *http.Request, query url.Values) string {
	for key, name := range map[string]string{
		"tagging": "ObjectTagging", "acl": "ObjectAcl", "retention": "ObjectRetention",
		"legal-hold": "ObjectLegalHold", "attributes": "ObjectAttributes",
	} {
		if query.Has(key) {
			return verb(r.Method) + name
		}
	}
	upload := query.Has("uploadId")
	switch {
	case r.Method == http.MethodPost && query.Has("uploads"):
		return "CreateMultipartUpload"
	case r.Method == http.MethodPost && upload:
		return "CompleteMultipartUpload"
	case r.Method == http.MethodDelete && upload:
		return "AbortMultipartUpload"
	case r.Method == http.MethodGet && upload:
		return "ListParts"
	case r.Method == http.MethodPut && upload:
		return "UploadPart"
	case r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") != "":
		return "CopyObject"
	default:
		return verb(r.Method) + "Object"
	}
}

// verb turns an HTTP method into the first word of an operation: PUT into Put.
func verb(method string) string {
	return method[:1] + strings.ToLower(method[1:])
}
