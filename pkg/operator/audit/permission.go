package audit

import (
	"errors"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// permissions are what the audit's calls need
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
var permissions = map[string]string{
	"ListBuckets":          "s3:ListAllMyBuckets",
	"GetBucketTagging":     readTags,
	"GetBucketPolicy":      "s3:GetBucketPolicy",
	"GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
	"HeadObject":           readFolder,
	"GetObject":            readFolder,
}

const (
	readTags   = "s3:GetBucketTagging"
	readFolder = "s3:GetObject on " + bucket.FolderKey
)

// permissionOf names the permission of the call that an error is of, empty if
// that can't be told. The SDK's errors know their operation.
func permissionOf(err error) string {
	call, ok := errors.AsType[interface {
		error
		Operation() string
	}](err)
	if !ok {
		return ""
	}
	return permissions[call.Operation()]
}

// Permission names the permission that an error of Run is about, empty if none is.
func Permission(err error) string { return permissionOf(err) }
