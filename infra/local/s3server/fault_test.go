package s3server

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// breakOnce breaks the next request of an operation on a bucket.
func breakOnce(t *testing.T, operation, bucket string, fault Fault) {
	t.Helper()
	used := make(chan struct{}, 1)
	server.OnRequest(func(c Call) *Fault {
		if c.Operation != operation || c.Bucket != bucket {
			return nil
		}
		select {
		case used <- struct{}{}:
			return &fault
		default:
			return nil
		}
	})
	t.Cleanup(func() { server.OnRequest(nil) })
}

func TestAFaultComesBeforeOrAfterTheWork(t *testing.T) {
	refused := Fault{Status: 503, Code: "SlowDown", Message: "Please reduce your request rate."}
	for _, c := range []struct {
		name  string
		fault Fault
		done  bool // the work, whatever the client sees
		seen  func(*testing.T, error)
	}{
		{"refused before", refused, false, wantSlowDown},
		{"refused after", Fault{After: true, Status: refused.Status, Code: refused.Code}, true, wantSlowDown},
		{"reset before", Fault{Reset: true}, false, wantBroken},
		{"reset after", Fault{After: true, Reset: true}, true, wantBroken},
		{"answer lost", Fault{After: true, Hang: true}, true, wantTimeout},
		{"never done", Fault{Hang: true}, false, wantTimeout},
		{"only looked at", Fault{After: true}, true, must},
	} {
		t.Run(c.name, func(t *testing.T) {
			bucket := newBucket(t)
			setBlock(t, bucket, Block{})
			told := make(chan Call, 1)
			c.fault.Do = func(call Call) { told <- call }
			breakOnce(t, "PutBucketPolicy", bucket, c.fault)
			limit := time.Minute
			if c.fault.Hang {
				limit = 2 * time.Second
			}
			c.seen(t, putPolicyWithin(t, bucket, limit))
			if call := <-told; call.Operation != "PutBucketPolicy" || (call.Status == 0) == c.fault.After {
				t.Errorf("Do was told %+v", call)
			}
			_, err := server.RootClient().GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
			if (err == nil) != c.done {
				t.Errorf("the policy is there: %t, want %t (%v)", err == nil, c.done, err)
			}
		})
	}
}

// putPolicyWithin puts a policy and gives up if no answer comes.
func putPolicyWithin(t *testing.T, bucket string, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	text := document(publicRead(bucket))
	_, err := server.RootClient().PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &text})
	return err
}

func wantSlowDown(t *testing.T, err error) {
	t.Helper()
	wantCode(t, err, 503, "SlowDown")
}

// wantBroken wants a connection that broke. What the client calls that depends on
// what it was doing just then: a reset, an end of file, a pipe or a connection that is closed.
func wantBroken(t *testing.T, err error) {
	t.Helper()
	var broken *smithyhttp.RequestSendError
	if !errors.As(err, &broken) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want a broken connection", err)
	}
}

func wantTimeout(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want no answer", err)
	}
}

func TestAMadeUpErrorIsInTheLog(t *testing.T) {
	bucket := newBucket(t)
	breakOnce(t, "HeadBucket", bucket, Fault{Status: 403, Code: "AccessDenied"})
	_, err := server.RootClient().HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &bucket})
	if status, _, _ := refusal(err); status != 403 {
		t.Errorf("got %v, want 403", err)
	}
	calls := server.Calls()
	last := calls[len(calls)-1]
	if last.Operation != "HeadBucket" || last.Bucket != bucket || last.Status != 403 || last.Code != "AccessDenied" {
		t.Errorf("the log ends with %+v", last)
	}
}
