package watch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/watch"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

const (
	region = "us-east-1"
	call   = 30 * time.Millisecond // how long every call takes, in virtual time
	// timeout is that of the function in its template.
	timeout = 14 * time.Minute
)

// world is a stage's S3 and topic, and the wired function.
type world struct {
	t      *testing.T
	s3     *s3fake.Server
	naming bucket.Naming
	watch  *watch.Watch
	log    *lines

	mu     sync.Mutex
	events []functiontest.Publication
	// refuse has the topic refuse what is published.
	refuse bool
	// The versions of the object that keeps the state, as the bucket of the claims has them.
	version int
	deleted []string
}

// lacks are what the function's role doesn't have.
var lacks = []string{
	"s3:PutBucketTagging", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:CreateBucket", "s3:TagResource",
	"s3:PutObject on fusion-rms-", "s3:ListBucket on fusion-rms-",
}

func newWorld(t *testing.T, changes map[string]string) *world {
	w := &world{t: t, s3: s3fake.New(functiontest.Account), log: &lines{}}
	w.s3.SetIdentity(functiontest.AccessKeyID, s3fake.Identity{Lacks: lacks})
	w.s3.Put(functiontest.HomesBucket, s3fake.Bucket{Objects: map[string]s3fake.Object{}})
	w.s3.SetDelay(call)
	settings := watch.Settings{Settings: functiontest.Settings(region, nil), Every: time.Hour, Rate: 50}
	settings.Events = changes["AUDIT_EVENTS"] != ""
	w.naming = settings.Naming
	made, err := watch.New(settings, w, slog.New(slog.NewJSONHandler(w.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	w.watch = made
	return w
}

// RoundTrip is S3, S3 Control and the topic.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, bucket.AuditKey) {
		return w.versioned(r)
	}
	if functiontest.ServiceOf(r) != functiontest.SNS {
		return w.s3.RoundTripper().RoundTrip(r)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refuse {
		return functiontest.Refuse(r, http.StatusForbidden, "AuthorizationError", "no"), nil
	}
	p, err := functiontest.ReadPublication(r)
	if err != nil {
		return nil, err
	}
	w.events = append(w.events, p)
	return functiontest.Published(r), nil
}

// versioned is the object that keeps the state. The fake has no versions.
func (w *world) versioned(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodDelete {
		w.deleted = append(w.deleted, r.URL.Query().Get("versionId"))
		return functiontest.Respond(r, http.StatusNoContent, ""), nil
	}
	answer, err := w.s3.RoundTripper().RoundTrip(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil && answer.StatusCode == http.StatusOK {
		if r.Method == http.MethodPut {
			w.version++
		}
		answer.Header.Set("X-Amz-Version-Id", fmt.Sprint("v", w.version))
	}
	return answer, err
}

// ready puts an organization's bucket and claim as they should be, and returns its name.
func (w *world) ready(id org.ID) string {
	name := w.naming.BucketPrefix + string(id)
	w.made(id, name)
	return name
}

// made puts an organization's bucket of this name, and its claim, as they should be.
func (w *world) made(id org.ID, name string) {
	spec, err := w.naming.Spec(id)
	if err != nil {
		w.t.Fatal(err)
	}
	ours, _, err := spec.Merge(name, policy.Document{})
	if err != nil {
		w.t.Fatal(err)
	}
	w.s3.AddUser(spec.ClientUserARN)
	w.s3.Put(name, s3fake.Bucket{Tags: map[string]string{"OrgId": string(id)}, Policy: string(ours.JSON()), Objects: map[string]s3fake.Object{"pub/": {}}})
	w.claim(id, name)
}

// tick is what EventBridge's schedule sends.
var tick = []byte(`{"version":"0","id":"1","detail-type":"Scheduled Event","source":"aws.events","time":"2026-11-28T07:00:00Z","resources":["arn:aws:events:us-east-1:935799716578:rule/orgbucket-prod-audit-tick"],"detail":{}}`)

// invoke invokes the function once, as Lambda does.
func (w *world) invoke() error {
	ctx, cancel := context.WithTimeout(w.t.Context(), timeout)
	defer cancel()
	return w.watch.Invoke(ctx, tick)
}

// run invokes the function at each tick until a run has ended, and returns its line.
func (w *world) run() map[string]any {
	w.t.Helper()
	w.log.take()
	for range 100 {
		if err := w.invoke(); err != nil {
			w.t.Fatal(err)
		}
		if ends := w.log.of("audit"); len(ends) > 0 {
			return ends[0]
		}
		time.Sleep(watch.Tick)
	}
	w.t.Fatal("no run ends")
	return nil
}

// lines are the log.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// of returns the lines with a message.
func (l *lines) of(message string) (all []map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, text := range strings.Split(strings.TrimSpace(l.text.String()), "\n") {
		var line map[string]any
		if json.Unmarshal([]byte(text), &line) == nil && line["msg"] == message {
			all = append(all, line)
		}
	}
	return all
}

// numbers returns fields of a line as "name=1 name=2".
func numbers(line map[string]any, names ...string) string {
	var all []string
	for _, name := range names {
		all = append(all, fmt.Sprint(name, "=", line[name]))
	}
	return strings.Join(all, " ")
}
