package s3server

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Call is one S3 request that was answered, whoever sent it.
type Call struct {
	// Time is when the request arrived.
	Time time.Time
	// Who is the name of the IAM user, "root", or "anonymous". If versitygw does
	// not know the access key, it is that key. With the code
	// SignatureDoesNotMatch it is only who the caller claimed to be.
	Who string
	// Operation is the name in S3's API, such as PutBucketPolicy.
	Operation string
	// Bucket and Key are empty where the operation has none.
	Bucket, Key string
	// Status is the HTTP status of the answer.
	Status int
	// Code is S3's error code; empty on success, and for HEAD, whose errors have no body.
	Code string
}

// Write reports whether the operation changes something, or would if it weren't
// refused: see OK for that.
func (c Call) Write() bool {
	for _, reads := range []string{"Get", "Head", "List", "Options"} {
		if strings.HasPrefix(c.Operation, reads) {
			return false
		}
	}
	return true
}

// OK reports whether the call succeeded.
func (c Call) OK() bool { return c.Status < http.StatusBadRequest }

// alone reports whether the call must not overlap with another on its bucket.
func (c Call) alone() bool { return c.Operation == "CreateBucket" || c.Operation == "DeleteBucket" }

// newCall names a request that has just arrived.
func newCall(r *http.Request) *Call {
	if operation, bucket, ok := controlCall(r.Method, r.URL.Path); ok {
		return &Call{Time: time.Now(), Who: claimed(r), Operation: operation, Bucket: bucket}
	}
	if r.Header.Get("X-Amz-Target") == searchTarget {
		return &Call{Time: time.Now(), Who: claimed(r), Operation: "GetResources"}
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return &Call{Time: time.Now(), Who: claimed(r), Operation: operation(r, bucket, key), Bucket: bucket, Key: key}
}

// claimed returns the access key that a request says it is signed with.
func claimed(r *http.Request) string {
	credential := r.URL.Query().Get("X-Amz-Credential")
	if _, after, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		credential = after
	}
	if key, _, _ := strings.Cut(credential, "/"); key != "" {
		return key
	}
	return "anonymous"
}

// callLog keeps all calls since the start.
type callLog struct {
	mu    sync.Mutex
	calls []Call
}

func (l *callLog) add(call Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, call)
}

// Calls returns every S3 request answered so far, in the order of the answers. A
// call is in it before its client sees the answer.
func (s *Server) Calls() []Call {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	return slices.Clone(s.calls.calls)
}
