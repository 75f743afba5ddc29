package s3fake

import (
	"net/http"
)

// operation is one of S3's operations.
type operation struct {
	method string
	// level is what the path names.
	level level
	// sub is the query parameter that selects the operation, empty for none.
	sub  string
	name string
	// action is the permission it needs
	// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
	action string
	// configures: it writes the bucket's configuration, and S3 may refuse two such at once.
	configures bool
	do         func(*Server, Request, *Bucket) answer
}

type level int

const (
	onAccount level = iota
	onBucket
	onObject
	onResource // a bucket, by S3 Control
)

// operationOf finds the request's operation, nil if the fake doesn't have it.
func operationOf(r Request) *operation {
	on := onObject
	switch {
	case r.control && r.Bucket != "":
		on = onResource
	case r.Bucket == "":
		on = onAccount
	case r.Key == "":
		on = onBucket
	}
	sub := ""
	if r.control && on == onAccount {
		sub = "publicAccessBlock"
	}
	if r.search {
		sub = "resources"
	}
	for _, name := range subresources {
		if r.Query.Has(name) {
			sub = name
		}
	}
	for _, op := range operations() {
		if op.method == r.method && op.level == on && op.sub == sub {
			return &op
		}
	}
	return nil
}

// subresources are the query parameters that choose an operation. Those that no
// operation here has keep their requests from being taken for another one.
var subresources = []string{
	"tagging", "publicAccessBlock", "policy", "list-type",
	"acl", "cors", "encryption", "lifecycle", "location", "logging", "notification", "object-lock", "ownershipControls",
	"policyStatus", "replication", "requestPayment", "uploads", "uploadId", "versioning", "versions", "versionId", "website", "delete",
}

// operations lists what the fake can do. It's a function because the operations
// refer to it by way of the server.
func operations() []operation {
	return []operation{
		{http.MethodGet, onAccount, "", "ListBuckets", "s3:ListAllMyBuckets", false, listBuckets},
		{http.MethodGet, onAccount, "publicAccessBlock", "GetAccountPublicAccessBlock", "s3:GetAccountPublicAccessBlock", false, getAccountBlock},
		{http.MethodPost, onAccount, "resources", "GetResources", "tag:GetResources", false, getResources},
		{http.MethodPut, onBucket, "", "CreateBucket", "s3:CreateBucket", true, createBucket},
		{http.MethodDelete, onBucket, "", "DeleteBucket", "s3:DeleteBucket", true, deleteBucket},
		{http.MethodGet, onBucket, "list-type", "ListObjectsV2", "s3:ListBucket", false, listObjects},
		{http.MethodGet, onBucket, "tagging", "GetBucketTagging", "s3:GetBucketTagging", false, getTagging},
		{http.MethodPut, onBucket, "tagging", "PutBucketTagging", "s3:PutBucketTagging", true, putTagging},
		{http.MethodPost, onResource, "", "TagResource", "s3:TagResource", true, tagResource},
		{http.MethodGet, onBucket, "publicAccessBlock", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", false, getAccessBlock},
		{http.MethodPut, onBucket, "publicAccessBlock", "PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock", true, putAccessBlock},
		{http.MethodDelete, onBucket, "publicAccessBlock", "DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock", true, deleteAccessBlock},
		{http.MethodGet, onBucket, "policy", "GetBucketPolicy", "s3:GetBucketPolicy", false, getPolicy},
		{http.MethodPut, onBucket, "policy", "PutBucketPolicy", "s3:PutBucketPolicy", true, putPolicy},
		{http.MethodDelete, onBucket, "policy", "DeleteBucketPolicy", "s3:DeleteBucketPolicy", true, deletePolicy},
		{http.MethodGet, onObject, "", "GetObject", "s3:GetObject", false, getObject},
		{http.MethodHead, onObject, "", "HeadObject", "s3:GetObject", false, getObject},
		{http.MethodPut, onObject, "", "PutObject", "s3:PutObject", false, putObject},
		{http.MethodDelete, onObject, "", "DeleteObject", "s3:DeleteObject", false, deleteObject},
	}
}
