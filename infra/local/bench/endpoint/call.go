package endpoint

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// call is a request as the counters see it.
type call struct {
	service       string // s3, sns or sqs
	operation     string // AWS's name for it
	write         bool   // it can change something in S3
	organizations []string
	form          url.Values // of SNS
}

func (c call) refusal(status int) string { return fmt.Sprint(c.operation, " ", status) }

// scope is the part of a signature that names the service.
var scope = regexp.MustCompile(`Credential=[^/]+/\d{8}/[a-z0-9-]+/([a-z0-9]+)/aws4_request`)

// readCall tells what a request asks for and for whom. owners says whose a bucket name is.
func readCall(r *http.Request, body []byte, owners map[string]string) call {
	c := call{service: "s3"}
	if m := scope.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		c.service = m[1]
	}
	switch c.service {
	case "sns":
		c.form, _ = url.ParseQuery(string(body)) // what can't be read is an operation without name, and refused
		c.operation = c.form.Get("Action")
		c.organizations = published(c.form)
	case "sqs":
		_, c.operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		c.organizations = received(body)
	default:
		name, key := place(r)
		c.operation = s3Operation(r, key)
		c.write = r.Method != http.MethodGet && r.Method != http.MethodHead
		if owner, known := owners[name]; known {
			c.organizations = []string{owner}
		}
	}
	return c
}

// published gives the organizations of the messages of a Publish or PublishBatch.
func published(form url.Values) (organizations []string) {
	for name, values := range form {
		if name != "Message" && !strings.HasSuffix(name, ".Message") {
			continue
		}
		var message struct {
			OrgID string `json:"orgId"`
		}
		if json.Unmarshal([]byte(values[0]), &message) == nil && message.OrgID != "" {
			organizations = append(organizations, message.OrgID)
		}
	}
	return organizations
}

// HandlePrefix begins the receipt handles of the benchmark's messages; the
// organization follows.
const HandlePrefix = "handle-of-"

func received(body []byte) []string {
	var change struct{ ReceiptHandle string }
	if json.Unmarshal(body, &change) == nil {
		if organization, ours := strings.CutPrefix(change.ReceiptHandle, HandlePrefix); ours {
			return []string{organization}
		}
	}
	return nil
}

// bucketDomain follows the bucket in virtual-hosted names.
const bucketDomain = ".s3." + Region + ".amazonaws.com"

// place gives bucket and key of an S3 request of either style.
func place(r *http.Request) (bucket, key string) {
	host, _, _ := strings.Cut(r.Host, ":")
	path := strings.TrimPrefix(r.URL.Path, "/")
	if name, virtual := strings.CutSuffix(host, bucketDomain); virtual {
		return name, path
	}
	bucket, key, _ = strings.Cut(path, "/")
	return bucket, key
}

// pathStyle is the path that the request would have in path style.
func pathStyle(r *http.Request) string {
	bucket, key := place(r)
	if key == "" {
		return "/" + bucket
	}
	return "/" + bucket + "/" + key
}

// s3Operations are the operations that the contestants use.
var s3Operations = map[string]string{
	"PUT bucket": "CreateBucket", "HEAD bucket": "HeadBucket", "GET bucket tagging": "GetBucketTagging", "PUT bucket tagging": "PutBucketTagging",
	"GET bucket publicAccessBlock": "GetPublicAccessBlock", "PUT bucket publicAccessBlock": "PutPublicAccessBlock",
	"GET bucket policy": "GetBucketPolicy", "PUT bucket policy": "PutBucketPolicy", "PUT object": "PutObject", "HEAD object": "HeadObject",
}

// s3Operation names the operation; one that isn't in the table is described.
func s3Operation(r *http.Request, key string) string {
	what := r.Method + " bucket"
	if key != "" {
		what = r.Method + " object"
	}
	for _, sub := range []string{"tagging", "publicAccessBlock", "policy"} {
		if r.URL.Query().Has(sub) {
			what += " " + sub
		}
	}
	if name, known := s3Operations[what]; known {
		return name
	}
	return what
}
