package system_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// TestAFunctionKilledHalfwayIsRedeliveredAndFinishes kills the function's process
// right after S3 did a write and before the function learns of it.
func TestAFunctionKilledHalfwayIsRedeliveredAndFinishes(t *testing.T) {
	var crashes crashLog
	s := start(t, system.Options{FunctionTimeout: 4 * time.Second, VisibilityTimeout: 4 * time.Second, Trouble: crashes.add})
	for _, c := range []struct{ orgID, after, status string }{
		{"killed-new", "CreateBucket", "repaired"},
		{"killed-open", "PutPublicAccessBlock", "repaired"},
		{"killed-done", "PutBucketPolicy", "unchanged"},
	} {
		t.Run("after "+c.after, func(t *testing.T) {
			ctx := waitFor(t, 40*time.Second)
			signUp(t, ctx, s, c.orgID)
			killed := killAfter(s, c.after, "fusion-rms-"+c.orgID)
			outcome := must(s.Outcome(ctx, must(s.Send(ctx, body(c.orgID)))(t)))(t)
			if n := killed.Load(); n != 1 {
				t.Errorf("%d processes were killed, want 1", n)
			}
			if outcome.Status != c.status || outcome.Source.ReceiveCount != 2 {
				t.Errorf("got %s on receive %d, want %s on receive 2", outcome.Status, outcome.Source.ReceiveCount, c.status)
			}
			if outcome.Bucket == nil || outcome.Bucket.Name != "fusion-rms-"+c.orgID {
				t.Errorf("the bucket is %+v, want the one that was begun", outcome.Bucket)
			}
			again := must(s.Outcome(ctx, must(s.Send(ctx, body(c.orgID)))(t)))(t)
			if again.Status != "unchanged" {
				t.Errorf("the same message again: %s, want unchanged", again.Status)
			}
		})
	}
	crashes.want(t, 3)
}

// killAfter kills the function once an operation has succeeded on a bucket, and
// counts the processes.
func killAfter(s *system.System, operation, bucket string) *atomic.Int64 {
	killed := &atomic.Int64{}
	var once sync.Once
	s.S3.OnCall(func(c s3server.Call) {
		if c.Operation == operation && c.Bucket == bucket && c.OK() {
			once.Do(func() { killed.Add(int64(s.Function.Kill())) })
		}
	})
	return killed
}

// crashLog gathers what the system reports as trouble.
type crashLog struct {
	mu  sync.Mutex
	all []error
}

func (l *crashLog) add(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, err)
}

func (l *crashLog) want(t *testing.T, n int) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, err := range l.all {
		if _, crashed := errors.AsType[*lambdasim.CrashError](err); !crashed {
			t.Errorf("trouble: %v", err)
		}
	}
	if len(l.all) != n {
		t.Errorf("%d crashes were reported, want %d", len(l.all), n)
	}
}
