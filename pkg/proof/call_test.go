package proof

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
)

const (
	toS3    = functiontest.S3
	toTopic = functiontest.SNS
	toQueue = functiontest.SQS
	toIndex = functiontest.Tagging
	// toAccount is S3 Control, which tells the account's public access block.
	toAccount = functiontest.Control
)

// target is which call it is: of the n-th time that the run's deliveries do this.
// What the SDK repeats is one call.
type target struct {
	service   functiontest.Service
	operation string
	bucket    string // empty for the topic and the queue
	nth       int
}

// String names the call: "PutBucketPolicy fusion-rms-xmsqa1 #1".
func (t target) String() string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s #%d", t.operation, t.bucket, t.nth)), " ")
}

// same reports whether it's the same operation on the same bucket.
func (t target) same(u target) bool {
	t.nth, u.nth = 0, 0
	return t == u
}

func (t target) compare(u target) int {
	return cmp.Or(cmp.Compare(t.service, u.service), cmp.Compare(t.operation, u.operation), cmp.Compare(t.bucket, u.bucket), cmp.Compare(t.nth, u.nth))
}

// call is a request that is under way.
type call struct {
	target
	by      *invocation
	place   target // counted within the delivery
	id      string // the SDK's: the same for what it repeats
	attempt int
	asked   int // when, by the delivery's count of what it asked and was told
	// proved: when it was sent, the delivery had proved the bucket.
	proved  bool
	request *http.Request
}

// writes reports whether it's an S3 call that changes a bucket that is there.
func (c call) writes() bool {
	return slices.Contains([]string{"PutPublicAccessBlock", "PutBucketPolicy", "PutObject"}, c.operation) ||
		c.service == toS3 && !c.reads() && c.operation != "CreateBucket"
}

func (c call) reads() bool {
	return strings.HasPrefix(c.operation, "Get") || strings.HasPrefix(c.operation, "Head") || strings.HasPrefix(c.operation, "List")
}

// configures reports whether two such calls to one bucket may get in each other's way.
func (c call) configures() bool {
	return c.operation == "CreateBucket" || c.writes() && c.operation != "PutObject"
}

// understand reads what a request is about.
func understand(r *http.Request) call {
	c := call{request: r, by: invocationOf(r.Context()), id: r.Header.Get("Amz-Sdk-Invocation-Id")}
	if _, err := fmt.Sscanf(r.Header.Get("Amz-Sdk-Request"), "attempt=%d", &c.attempt); err != nil {
		c.attempt = 1
	}
	c.operation = awsmiddleware.GetOperationName(r.Context())
	switch c.service = functiontest.ServiceOf(r); c.service {
	case toIndex:
		_, c.operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	case toAccount:
		c.operation = "GetAccountPublicAccessBlock"
	case toS3:
		c.bucket, _, _ = strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	}
	return c
}
