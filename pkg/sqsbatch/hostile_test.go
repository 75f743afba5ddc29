package sqsbatch

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// mostLine is how long a record's log line may be, whatever is in its message.
const mostLine = 4 << 10

// FuzzBatch: whatever a message says, it's either handled as what it says or
// handed back at once, it leaves one line in the log that it can't end or flood,
// and the message beside it is handled as if it were alone.
func FuzzBatch(f *testing.F) {
	for _, body := range []string{
		"", "{", "null", `{"orgId":"a"}`, `{"orgId":"good"}`, `{"orgId":"*"}`, `{"orgId":"a","correlationId":"\n{\"message\":\"record\"}"}`,
		`{"orgId":"x\n{\"msg\":\"record\",\"status\":\"created\"}"}`, `{"orgId":"\u2028"}`, `{"type":"\u001b[2J","orgId":"a"}`,
		"{\"orgId\":\"\xff\"}", strings.Repeat("[", 1<<16), `{"orgId":"` + strings.Repeat("a", 1<<16) + `"}`, `{"Type":"Notification","Message":"{}"}`,
	} {
		for _, count := range []string{"1", "5", "", "-1", "99999999999999999999", "1e3"} {
			f.Add(body, count)
		}
	}
	f.Fuzz(func(t *testing.T, body, count string) {
		seen := map[string]provision.Delivery{}
		e := newEdge(nil)
		e.Batch = New(handlerFunc(func(ctx context.Context, d provision.Delivery) provision.Report {
			e.queue.mu.Lock()
			defer e.queue.mu.Unlock()
			seen[d.Source.MessageID] = d
			return parsing(ctx, d)
		}), e.queue, e.Batch.log, e.options)
		hostile := message("hostile", body, 1)
		hostile.Attributes["ApproximateReceiveCount"] = count
		failed := e.handle(t, t.Context(), hostile, message("beside", `{"orgId":"good"}`, 1))
		event, err := org.Parse([]byte(body))
		if want := err != nil; slices.Contains(failed, "hostile") != want || slices.Contains(failed, "beside") || len(failed) > 1 {
			t.Fatalf("handed back %q, the error was %v", failed, err)
		}
		if d := seen["hostile"]; len(seen) != 2 || d.Event.OrgID != event.OrgID || (d.Refused == nil) != (err == nil) || d.Source.ReceiveCount < 1 {
			t.Fatalf("handled %+v, parsed %+v", seen, event)
		}
		if after, set := e.queue.visible["hostile"]; err != nil && (!set || after != 0) {
			t.Fatalf("what can't work comes again after %d s (set: %t)", after, set)
		}
		checkLines(t, e.log.Bytes(), "hostile", "beside")
	})
}

// checkLines checks that there is one JSON line for each message, and no more.
func checkLines(t *testing.T, log []byte, want ...string) {
	t.Helper()
	lines := bytes.Split(bytes.TrimSuffix(log, []byte("\n")), []byte("\n"))
	var got []string
	for _, line := range lines {
		var record struct{ Msg, MessageID string }
		if err := json.Unmarshal(line, &record); err != nil || record.Msg != recordMessage || len(line) > mostLine {
			t.Fatalf("a line of %d bytes, %v: %.300q", len(line), err, line)
		}
		got = append(got, record.MessageID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("lines about %q, want %q", got, want)
	}
}

// TestABatchOfTheLargestHostileBodiesNeedsAFourthOfTheMemory counts what the
// process takes from the system for ten bodies of 1 MiB with as many members as
// fit, which cost the most. Lambda hands over 6 MB at most.
func TestABatchOfTheLargestHostileBodiesNeedsAFourthOfTheMemory(t *testing.T) {
	const deployed = 512 << 20
	body := `{"orgId":"a"` + strings.Repeat(`,"x":0`, (org.MaxBodySize-20)/6) + "}"
	var batch []events.SQSMessage
	for i := range 10 {
		batch = append(batch, message(fmt.Sprint("m", i), strings.Clone(body), 1))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if failed := newEdge(parsing).handle(t, t.Context(), batch...); len(failed) > 0 {
		t.Fatalf("handed back %q", failed)
	}
	runtime.ReadMemStats(&after)
	t.Logf("%d MiB more, %d MiB in all", (after.Sys-before.Sys)>>20, after.Sys>>20)
	if more := after.Sys - before.Sys; more > deployed/4 {
		t.Errorf("the process takes %d MiB more, a fourth of the memory is %d", more>>20, deployed/4>>20)
	}
}
