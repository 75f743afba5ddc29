package operator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// homesBucket keeps the claims.
const homesBucket = "orgbucket-homes"

// letterbox is a dead-letter queue with its source queue, and an S3 that has no
// buckets but the empty one of the claims.
type letterbox struct {
	dead, source *queue.Queue
	environment  []string
}

// newLetterbox makes the queues.
func newLetterbox(t *testing.T) *letterbox {
	t.Helper()
	system := newQueues(t)
	s3 := httptest.NewServer(http.HandlerFunc(noBuckets))
	t.Cleanup(s3.Close)
	return &letterbox{
		dead: queue.New(server.SQS(), system.DeadLetterURL), source: queue.New(server.SQS(), system.QueueURL),
		environment: append(queuesEnvironment(system), "AWS_ENDPOINT_URL_S3="+s3.URL, "AWS_EC2_METADATA_DISABLED=true"),
	}
}

// noBuckets is S3's answer to who asks about buckets where there are none: a
// message for a valid organization would create one.
func noBuckets(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/xml")
	if r.URL.Path == "/" {
		fmt.Fprint(w, `<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>`)
		return
	}
	w.WriteHeader(http.StatusNotFound)
	if strings.HasPrefix(r.URL.Path, "/"+homesBucket+"/") {
		fmt.Fprint(w, `<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>`)
		return
	}
	fmt.Fprint(w, `<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>`)
}

// put puts dead letters into the queue and gives their ids.
func (b *letterbox) put(t *testing.T, contents []queue.Content) (ids []string) {
	t.Helper()
	for i, sent := range b.dead.Send(t.Context(), contents) {
		if sent.Err != nil {
			t.Fatalf("message %d: %v", i, sent.Err)
		}
		ids = append(ids, sent.MessageID)
	}
	return ids
}

// contents takes everything visible out of a queue.
func contents(t *testing.T, q *queue.Queue) (all []queue.Message) {
	t.Helper()
	for {
		got, err := q.Receive(t.Context(), 0, 600e9)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			return all
		}
		all = append(all, got...)
	}
}

func depthOf(t *testing.T, q *queue.Queue) queue.Depth {
	t.Helper()
	d, err := q.Depth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// archivedIn reads an archive; one that isn't there is empty.
func archivedIn(t *testing.T, path string) (all []queue.Content) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	records, cut, err := queuetest.Archived(content)
	if err != nil || cut {
		t.Fatalf("%s: its last line is cut off: %t, %v", path, cut, err)
	}
	for _, r := range records {
		all = append(all, queuetest.ContentOf(r))
	}
	return all
}

// checkAllThere checks that each message of want is among those, unchanged, and
// nothing else is. It returns how many are there more than once.
func checkAllThere(t *testing.T, want []queue.Content, those []queue.Content) (twice int) {
	t.Helper()
	places := map[string]queue.Content{}
	for _, c := range want {
		places[c.Body] = c // bodies differ
	}
	seen := map[string]int{}
	for _, c := range those {
		original, ok := places[c.Body]
		if !ok || !queuetest.Same(queuetest.AsSent(c), queuetest.AsSent(original)) {
			t.Errorf("a message that never was, or was changed: %d bytes, %.80q", len(c.Body), c.Body)
			continue
		}
		seen[c.Body]++
	}
	for i, c := range want {
		if seen[c.Body] == 0 {
			t.Errorf("message %d is lost: %.80q", i, c.Body)
		}
		twice += max(0, seen[c.Body]-1)
	}
	return twice
}

// rich is queuetest.Rich without what the local server drops.
func rich(body string) queue.Content {
	c := queuetest.Rich(body)
	c.TraceHeader, c.GroupID = "", ""
	return c
}

func contentsOf(messages []queue.Message) (all []queue.Content) {
	for _, m := range messages {
		all = append(all, m.Content)
	}
	return all
}

// jsonLines are the objects that the tool printed, by their type.
func jsonLines(t *testing.T, out string) map[string][]map[string]any {
	t.Helper()
	all := map[string][]map[string]any{}
	for line := range strings.Lines(out) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		kind, _ := object["type"].(string)
		all[kind] = append(all[kind], object)
	}
	return all
}

// waitPeak waits for a run, and returns the most memory that it had resident, in
// MiB. The kernel's own account of an ended child isn't used: it has what the
// parent had when it made the child.
func (p *toolProcess) waitPeak(t *testing.T) (result toolResult, peak int) {
	t.Helper()
	ended := make(chan toolResult, 1)
	go func() { ended <- p.wait(t) }()
	for {
		select {
		case result = <-ended:
			return result, peak
		case <-time.After(2 * time.Millisecond):
		}
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid)) // gone when it has just ended
		if _, after, ok := strings.Cut(string(status), "VmHWM:"); ok {
			var kib int
			_, _ = fmt.Sscan(after, &kib)
			peak = max(peak, kib>>10)
		}
	}
}
