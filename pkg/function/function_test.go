package function

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

const (
	account = functiontest.Account
	region  = "us-east-1"
	perCall = 30 * time.Millisecond
)

var silent = slog.New(slog.DiscardHandler)

// cloud is AWS in process, where every call takes perCall of virtual time.
type cloud struct {
	s3        *s3fake.Server
	messaging functiontest.Messaging
	slow      time.Duration // added to calls of SNS and SQS
}

// RoundTrip passes a request on to its service.
func (c *cloud) RoundTrip(r *http.Request) (*http.Response, error) {
	if service := functiontest.ServiceOf(r); service == functiontest.S3 || service == functiontest.Tagging || service == functiontest.Control {
		return c.s3.RoundTripper().RoundTrip(r)
	}
	time.Sleep(perCall + c.slow)
	return c.messaging.RoundTrip(r)
}

// batchOf has n organizations provisioned and returns how long the batch took.
func batchOf(t *testing.T, n int) (took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := &cloud{s3: s3fake.New(account)}
		c.s3.SetDelay(perCall)
		c.s3.Put(functiontest.HomesBucket, s3fake.Bucket{})
		var event events.SQSEvent
		for i := range n {
			c.s3.AddUser(fmt.Sprintf("arn:aws:iam::%s:user/rms_org%d", account, i))
			event.Records = append(event.Records, record(i, fmt.Sprint("org", i)))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		began := time.Now()
		answer := New(functiontest.Settings(region, nil), c, silent).Handle(ctx, event)
		took = time.Since(began)
		if published := len(c.messaging.Published()); len(answer.BatchItemFailures) > 0 || published != n || len(c.s3.Names()) != n+1 {
			t.Fatalf("failures %v, %d outcomes, buckets %v", answer.BatchItemFailures, published, c.s3.Names())
		}
	})
	return took
}

// record is a message that is received for the first time.
func record(n int, organization string) events.SQSMessage {
	return events.SQSMessage{
		MessageId: fmt.Sprint("m", n), ReceiptHandle: "h", Body: fmt.Sprintf(`{"orgId":%q}`, organization),
		Attributes: map[string]string{"ApproximateReceiveCount": "1"},
	}
}

func TestTenOrganizationsInABatchTakeNoLongerThanOne(t *testing.T) {
	one, ten := batchOf(t, 1), batchOf(t, 10)
	t.Logf("one: %s, ten: %s", one, ten)
	if one > 5*perCall {
		t.Errorf("one organization took %d calls one after the other, publishing included; at most 5 are allowed", one/perCall)
	}
	if ten > one*3/2 {
		t.Errorf("ten organizations took %s, more than 1.5 times one's %s", ten, one)
	}
}

// TestEveryDuplicateOnItsLastReceiveIsAnnounced: while S3 hangs and the topic is slow,
// nobody's failure waits for another's announcement.
func TestEveryDuplicateOnItsLastReceiveIsAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &cloud{s3: s3fake.New(account), slow: 400 * time.Millisecond}
		c.s3.SetFault(s3fake.Always("", s3fake.Fault{Hang: true}))
		var event events.SQSEvent
		for i := range 6 {
			r := record(i, "org1")
			r.Attributes["ApproximateReceiveCount"] = "5"
			event.Records = append(event.Records, r)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		answer := New(functiontest.Settings(region, nil), c, silent).Handle(ctx, event)
		if len(answer.BatchItemFailures) != 6 || len(c.messaging.Published()) != 6 {
			t.Errorf("failures %v, %d of 6 failures were announced", answer.BatchItemFailures, len(c.messaging.Published()))
		}
	})
}

// TestAnAnswerThatBreaksOffIsAskedForAgain has each answer be cut off in its body once.
func TestAnAnswerThatBreaksOffIsAskedForAgain(t *testing.T) {
	for operation, body := range map[string]string{
		"GetBucketTagging": "<Tagging><TagSet><Tag><Key>Org", "GetPublicAccessBlock": "<PublicAccessBlockConfiguration><BlockPublic",
	} {
		t.Run(operation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &cloud{s3: s3fake.New(account)}
				c.s3.Put(functiontest.HomesBucket, s3fake.Bucket{})
				c.s3.AddUser("arn:aws:iam::" + account + ":user/rms_org1")
				batch := New(functiontest.Settings(region, nil), c, silent)
				for _, f := range []func(s3fake.Request) *s3fake.Fault{nil, s3fake.First(1, operation, s3fake.Fault{Status: 200, Body: body})} {
					c.s3.SetFault(f)
					answer := batch.Handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{record(1, "org1")}})
					if len(answer.BatchItemFailures) > 0 {
						t.Errorf("failures %v", answer.BatchItemFailures)
					}
				}
			})
		})
	}
}
