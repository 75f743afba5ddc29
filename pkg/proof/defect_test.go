package proof

import (
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
)

// defect is what goes wrong with a call.
type defect struct {
	name string
	// works: the server does what was asked for.
	works bool
	// What comes back then: nothing, for the process is killed; nothing until the
	// caller returns up at its deadline; nothing within the HTTP client's patience;
	// a broken connection; or an error.
	kill, hang, lost, reset bool
	status                  int
	code, message           string
	// of is the operation that can go wrong so; empty for all.
	of string
}

// hits reports whether the call can go wrong so.
func (d defect) hits(c target) bool { return d.of == "" || d.of == c.operation }

// defects are all that is tried.
func defects() []defect {
	const blocked = "User: arn:aws:sts::935799716578:assumed-role/function is not authorized to perform: s3:PutBucketPolicy because public policies are blocked by the BlockPublicPolicy block public access setting."
	return []defect{
		{name: "500", status: 500, code: "InternalError", message: "We encountered an internal error. Please try again."},
		{name: "500 after the work", works: true, status: 500, code: "InternalError", message: "We encountered an internal error. Please try again."},
		{name: "503 SlowDown", status: 503, code: "SlowDown", message: "Please reduce your request rate."},
		aborted,
		redirected,
		{name: "AccessDenied", status: 403, code: "AccessDenied", message: "Access Denied"},
		{name: "AccessDenied naming BlockPublicPolicy", status: 403, code: "AccessDenied", message: blocked},
		{name: "NoSuchBucket", status: 404, code: "NoSuchBucket", message: "The specified bucket does not exist"},
		{name: "MalformedPolicy", status: 400, code: "MalformedPolicy", message: "Invalid principal in policy"},
		// Reads that are old: they don't show what is there.
		{name: "an old read: no policy", of: "GetBucketPolicy", status: 404, code: "NoSuchBucketPolicy", message: "The bucket policy does not exist"},
		{name: "an old read: no tags", of: "GetBucketTagging", status: 404, code: "NoSuchTagSet", message: "The TagSet does not exist"},
		{name: "an old read: no access block", of: "GetPublicAccessBlock", status: 404, code: "NoSuchPublicAccessBlockConfiguration", message: "The public access block configuration was not found"},
		{name: "reset before the work", reset: true},
		{name: "reset after the work", reset: true, works: true},
		{name: "response lost", lost: true, works: true},
		{name: "timeout past the deadline", hang: true},
		{name: "timeout past the deadline after the work", hang: true, works: true},
		{name: "killed before the work", kill: true},
		{name: "killed after the work", kill: true, works: true},
	}
}

// aborted is how S3 answers a write that overlaps another one, redirected how it may
// answer for a new bucket: with a Location at another host
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html).
var (
	aborted    = defect{name: "OperationAborted", status: 409, code: "OperationAborted", message: "A conflicting conditional operation is currently in progress against this resource. Please try again."}
	redirected = defect{name: "TemporaryRedirect", status: 307, code: "TemporaryRedirect", message: "Please re-send this request to the specified temporary endpoint."}
)

// patience is how long the function's HTTP client waits for an answer to begin.
const patience = 8 * time.Second

// spoil gives the call's end instead of its answer.
func (d *defect) spoil(c call) (*http.Response, error) {
	ctx := c.request.Context()
	switch {
	case d.hang:
		<-ctx.Done()
		return nil, ctx.Err()
	case d.lost:
		if err := pause(ctx, patience); err != nil {
			return nil, err
		}
		return nil, tooLate{}
	case d.reset:
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	answer := functiontest.Refuse(c.request, d.status, d.code, d.message)
	if d.status == http.StatusTemporaryRedirect {
		elsewhere := *c.request.URL
		elsewhere.Host = "elsewhere.invalid"
		answer.Header.Set("Location", elsewhere.String())
	}
	return answer, nil
}

// tooLate is what net/http says when headers don't come in time.
type tooLate struct{}

func (tooLate) Error() string   { return "net/http: timeout awaiting response headers" }
func (tooLate) Timeout() bool   { return true }
func (tooLate) Temporary() bool { return true }
