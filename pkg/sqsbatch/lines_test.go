package sqsbatch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// line handles one message and returns its line, without the log's own keys.
func line(t *testing.T, h handlerFunc, m events.SQSMessage) map[string]any {
	t.Helper()
	e := newEdge(h)
	e.handle(t, t.Context(), m)
	l := e.lines(t)[0]
	for _, own := range []string{"time", "level", "msg"} {
		delete(l, own)
	}
	return l
}

// TestALineSaysThatAMessageWasReplayed, as long as that isn't a flood.
func TestALineSaysThatAMessageWasReplayed(t *testing.T) {
	for _, value := range []string{`{"count":1,"by":"arn:aws:iam::1:user/anna\n"}`, strings.Repeat("x", 1024), strings.Repeat("x", 1025), strings.Repeat("x", 1<<16)} {
		m := message("m", body("a"), 1)
		m.MessageAttributes = map[string]events.SQSMessageAttribute{ReplayAttribute: {DataType: "String", StringValue: &value}}
		got, logged := line(t, handlerFunc(func(context.Context, provision.Delivery) provision.Report { return ready() }), m)["replay"]
		if want := len(value) <= 1024; logged != want || want && got != value {
			t.Errorf("of %.50q %v is logged", value, got)
		}
	}
}

// TestALineHasTheseKeysAndNoOther: metrics and saved queries are made of them.
func TestALineHasTheseKeysAndNoOther(t *testing.T) {
	always := []string{"durationMs", "messageId", "receiveCount", "status", "stepMs"}
	success := append([]string{"alternativeName", "bucket", "changes", "warnings"}, always...)
	failure := append([]string{"announced", "code", "error", "kind", "step", "visible"}, always...)
	broken := func(change func(*provision.Report)) handlerFunc {
		return func(_ context.Context, d provision.Delivery) provision.Report {
			r := provision.Report{Failure: &fault.Error{Code: fault.Throttled, Step: fault.StepPolicy, Message: "slow down"}}
			change(&r)
			return r
		}
	}
	for name, c := range map[string]struct {
		handler handlerFunc
		body    string
		want    []string
	}{
		"success":                            {func(context.Context, provision.Delivery) provision.Report { return ready() }, `{"orgId":"a","correlationId":"c"}`, append([]string{"orgId", "correlationId"}, success...)},
		"success without a correlation id":   {func(context.Context, provision.Delivery) provision.Report { return ready() }, body("a"), append([]string{"orgId"}, success...)},
		"no organization":                    {broken(func(*provision.Report) {}), "{", failure},
		"failure":                            {broken(func(*provision.Report) {}), body("a"), append([]string{"orgId"}, failure...)},
		"failure on a bucket":                {broken(func(r *provision.Report) { r.Result.Bucket = "b" }), body("a"), append([]string{"orgId", "bucket"}, failure...)},
		"failure that couldn't be announced": {broken(func(r *provision.Report) { r.AnnounceError = fmt.Errorf("no topic") }), body("a"), append([]string{"orgId", "announceError"}, failure...)},
		"failure with a hint of its own":     {broken(func(r *provision.Report) { r.Failure.Instead = "don't" }), body("a"), append([]string{"orgId", "hint"}, failure...)},
		"panic":                              {func(context.Context, provision.Delivery) provision.Report { panic("boom") }, body("a"), append([]string{"orgId", "stack"}, failure...)},
	} {
		slices.Sort(c.want)
		if got := slices.Sorted(maps.Keys(line(t, c.handler, message("m", c.body, 1)))); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAFailuresLineSaysWhatBecomesOfTheMessage(t *testing.T) {
	throttled := func(context.Context, provision.Delivery) provision.Report {
		return provision.Report{Failure: &fault.Error{Code: fault.Throttled, Step: fault.StepPolicy, Message: "slow down"}}
	}
	for receives, status := range map[int]string{1: "retried", maxReceives - 1: "retried", maxReceives: "failed"} {
		l := line(t, throttled, message("m", body("a"), receives))
		want := map[string]any{"status": status, "kind": "transient", "code": "Throttled", "step": "policy", "error": "slow down", "announced": false}
		for key, value := range want {
			if l[key] != value {
				t.Errorf("receive %d: %s is %v, want %v", receives, key, l[key], value)
			}
		}
		if after, ok := strings.CutPrefix(fmt.Sprint(l["visible"]), "after "); receives == 1 && (!ok || after != "8s" && after != "9s" && after != "10s" && after != "11s" && after != "12s") {
			t.Errorf("receive 1: visible is %v, want about 10 s", l["visible"])
		}
		if (l["visible"] == "unchanged") != (status == "failed") {
			t.Errorf("receive %d: visible is %v", receives, l["visible"])
		}
	}
}

func TestALineSaysWhetherTheNameIsAnAlternative(t *testing.T) {
	for name, want := range map[string]bool{"first": false, "second": true, "given": true} {
		spec := bucket.Spec{Candidates: []bucket.Candidate{{Name: "first"}, {Name: "second"}}}
		if name == "given" { // some stages have one name only
			spec.Candidates = spec.Candidates[:1]
		}
		l := line(t, func(context.Context, provision.Delivery) provision.Report {
			return provision.Report{Result: provision.Result{Spec: spec, Bucket: name}}
		}, message("m", body("a"), 1))
		if l["alternativeName"] != want {
			t.Errorf("%s: %v", name, l["alternativeName"])
		}
	}
	if l := line(t, func(context.Context, provision.Delivery) provision.Report { return provision.Report{} }, message("m", body("a"), 1)); l["alternativeName"] != false {
		t.Errorf("without names: %v", l["alternativeName"])
	}
}

// TestLastIsAReceiveCountOfTheQueuesOrMore holds when a failure is announced.
func TestLastIsAReceiveCountOfTheQueuesOrMore(t *testing.T) {
	for n, want := range map[int]bool{1: false, 2: false, maxReceives - 1: false, maxReceives: true, maxReceives + 1: true} {
		e := newEdge(nil)
		if d := e.read(message("m", body("a"), n)); d.Last != want || d.Source.ReceiveCount != n {
			t.Errorf("%d: %+v", n, d)
		}
	}
	e := newEdge(nil)
	e.options.MaxReceiveCount = 1
	if d := e.read(events.SQSMessage{Body: body("a")}); !d.Last || d.Source.ReceiveCount != 1 {
		t.Errorf("without a count, one receive allowed: %+v", d)
	}
}

func TestTheHandlersDeadlineIsHalfASecondBeforeTheInvocations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left time.Duration
		e := newEdge(func(ctx context.Context, _ provision.Delivery) provision.Report {
			deadline, _ := ctx.Deadline()
			left = time.Until(deadline)
			return ready()
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		e.handle(t, ctx, message("m", body("a"), 1))
		if left != 9500*time.Millisecond {
			t.Errorf("%s left of 10 s", left)
		}
	})
}

// TestARefusedRecordWaitsForNoOther: it has no organization whose records take turns.
func TestARefusedRecordWaitsForNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEdge(func(_ context.Context, d provision.Delivery) provision.Report {
			time.Sleep(time.Second)
			return failing(d, d.Refused)
		})
		began := time.Now()
		e.handle(t, t.Context(), message("1", "{", 1), message("2", "{", 1), message("3", "{", 1))
		if took := time.Since(began); took != time.Second {
			t.Errorf("three refused records took %s, one after the other", took)
		}
	})
}

// TestRecordsForWhichNoTimeIsLeftWaitForNoOther: each is announced while the topic hangs.
func TestRecordsForWhichNoTimeIsLeftWaitForNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEdge(func(_ context.Context, d provision.Delivery) provision.Report {
			time.Sleep(400 * time.Millisecond)
			return failing(d, fault.New(fault.DeadlineExceeded, "too late"))
		})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		began := time.Now()
		e.handle(t, ctx, message("1", body("a"), 5), message("2", body("a"), 5), message("3", body("a"), 5))
		if took := time.Since(began); took != 400*time.Millisecond {
			t.Errorf("took %s, want all at once", took)
		}
	})
}

func TestShortBodiesComeFirst(t *testing.T) {
	got := shortestFirst([]events.SQSMessage{{Body: "333"}, {Body: "1"}, {Body: "22"}, {Body: "1"}})
	if !slices.Equal(got, []int{1, 3, 2, 0}) {
		t.Errorf("got %v", got)
	}
}

func TestPartsOfASecondAreAWholeOne(t *testing.T) {
	for d, want := range map[time.Duration]int32{0: 0, 1: 1, time.Second / 2: 1, time.Second: 1, time.Second + 1: 2} {
		if got := seconds(d); got != want {
			t.Errorf("%s: %d, want %d", d, got, want)
		}
	}
}

// TestDelaysSpreadOverTheirWholeRange draws often enough to come close to both ends.
func TestDelaysSpreadOverTheirWholeRange(t *testing.T) {
	least, most := time.Hour, time.Duration(0)
	for range 5000 {
		d := jitter(10 * time.Second)
		least, most = min(least, d), max(most, d)
	}
	if least < 8*time.Second || least > 8100*time.Millisecond || most > 12*time.Second || most < 11900*time.Millisecond {
		t.Errorf("10 s became %s to %s, want 8 s to 12 s", least, most)
	}
	if d := jitter(-time.Second); d != 0 {
		t.Errorf("a negative delay became %s", d)
	}
	for n, want := range map[int]time.Duration{1: time.Minute, 9: time.Minute} { // the least delay is longer than the longest
		if d := (Redelivery{Min: time.Hour, Max: time.Minute}).delay(fault.Blocked, n); d < want*4/5 || d > want {
			t.Errorf("receive %d: %s", n, d)
		}
	}
	for range 100 { // from the second on the longest
		if d := (Redelivery{Min: time.Minute, Max: 3 * time.Minute}).delay(fault.Blocked, 2); d < 3*time.Minute*4/5 {
			t.Errorf("receive 2: %s", d)
		}
	}
}
