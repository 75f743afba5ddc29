package s3fake

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// defaultRegion is where requests go that weren't signed for any.
const defaultRegion = "us-east-1"

// Request is a request as S3 understands it.
type Request struct {
	// Operation is S3's name for it: "CreateBucket". Empty if the fake has no such operation.
	Operation string
	// Bucket and Key are what it is about, empty where it's about none.
	Bucket, Key string
	// Caller is the access key id, empty if the request isn't signed.
	Caller string
	// Region is the endpoint's: the one that the request was signed for.
	Region string
	Header http.Header
	Query  url.Values
	// Body is what was sent, freed of transfer encodings.
	Body []byte

	method  string
	control bool // for S3 Control, whose operations have paths of their own
	search  bool // for the Resource Groups Tagging API
}

// Write reports whether the request can change anything.
func (r Request) Write() bool {
	return !slices.ContainsFunc([]string{"Get", "Head", "List"}, func(p string) bool { return strings.HasPrefix(r.Operation, p) })
}

// ExpectedOwner is the account that the caller says must own the bucket, if it does
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html).
// S3 Control has the account in a header of its own.
func (r Request) ExpectedOwner() string {
	if r.control {
		return r.Header.Get("X-Amz-Account-Id")
	}
	return r.Header.Get("X-Amz-Expected-Bucket-Owner")
}

// credentialForm is the part of an Authorization header that names the caller
// and the Region (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html).
var credentialForm = regexp.MustCompile(`Credential=([^/]+)/\d{8}/([a-z0-9-]+)/(?:s3|tagging)/aws4_request`)

// controlTags is the path of S3 Control's operations on tags, before a bucket's ARN
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html).
const controlTags = "v20180820/tags/arn:aws:s3:::"

// controlBlock is the path of S3 Control's operations on the account's public access block
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html).
const controlBlock = "v20180820/configuration/publicAccessBlock"

// understand reads a path-style request.
func understand(r *http.Request) (Request, error) {
	body, err := readBody(r)
	if err != nil {
		return Request{}, err
	}
	path := strings.TrimPrefix(r.URL.Path, "/")
	path, control := strings.CutPrefix(path, controlTags)
	if path == controlBlock {
		path, control = "", true
	}
	name, key, _ := strings.Cut(path, "/")
	req := Request{
		control: control,
		search:  r.Header.Get("X-Amz-Target") == "ResourceGroupsTaggingAPI_20170126.GetResources",
		Bucket:  name, Key: key, Region: defaultRegion,
		Header: r.Header.Clone(), Query: r.URL.Query(), Body: body, method: r.Method,
	}
	if m := credentialForm.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		req.Caller, req.Region = m[1], m[2]
	}
	if op := operationOf(req); op != nil {
		req.Operation = op.name
	}
	return req, nil
}
