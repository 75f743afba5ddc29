package function

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// TestAnS3ThatHasNoAccountsBlock: whatever an S3 that isn't AWS's answers to S3 Control, it
// isn't told apart from an account without a block, and costs no time.
func TestAnS3ThatHasNoAccountsBlock(t *testing.T) {
	environments := map[string]map[string]string{
		"one address for all":   {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
		"an address for S3":     {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:4566"},
		"a name for all":        {"AWS_ENDPOINT_URL": "http://localhost:4566"},
		"S3 Control, of others": {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:4566", "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3.test"},
	}
	for name, f := range map[string]s3fake.Fault{
		"a block that restricts nothing": {Status: 200, Body: "<PublicAccessBlockConfiguration/>"},
		"it says that there is none":     {Status: 404, Code: "NoSuchPublicAccessBlockConfiguration"},
		"no such bucket":                 {Status: 404, Code: "NoSuchBucket"},
		"a page":                         {Status: 200, Body: "<html>it works</html>"},
		"nothing":                        {Status: 200},
		"not implemented":                {Status: 501, Code: "NotImplemented"},
		"denied":                         {Status: 403, Code: "AccessDenied"},
		"another method":                 {Status: 405, Code: "MethodNotAllowed"},
		"its own fault":                  {Status: 500, Code: "InternalError"},
		"busy":                           {Status: 503, Code: "SlowDown"},
		"a redirect":                     {Status: 301, Code: "PermanentRedirect", Header: http.Header{"Location": {"http://elsewhere.test"}}},
		"it hangs up":                    {Drop: true},
		"it hangs":                       {Hang: true},
	} {
		for where, environment := range environments {
			t.Run(name+", "+where, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := &cloud{s3: s3fake.New(account)}
					c.s3.SetDelay(perCall)
					c.s3.Put(functiontest.HomesBucket, s3fake.Bucket{})
					c.s3.AddUser("arn:aws:iam::" + account + ":user/rms_org1")
					c.s3.SetFault(s3fake.Always("GetAccountPublicAccessBlock", f))
					batch := New(functiontest.Settings(region, environment), c, silent)
					for i, calls := range []time.Duration{5, 3} {
						began := time.Now()
						answer := batch.Handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{record(i, "org1")}})
						if len(answer.BatchItemFailures) > 0 {
							t.Fatalf("failures %v", answer.BatchItemFailures)
						}
						if took := time.Since(began); took > calls*perCall {
							t.Errorf("delivery %d took %s, more than %d calls", i+1, took, calls)
						}
					}
					for _, p := range c.messaging.Published() {
						if !strings.Contains(p.Message, `"warnings":[]`) {
							t.Errorf("published %s", p.Message)
						}
					}
				})
			})
		}
	}
}
