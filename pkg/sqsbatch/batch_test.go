package sqsbatch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

const maxReceives = 5

// fakeQueue remembers the visibility that each message was given, in seconds.
type fakeQueue struct {
	mu      sync.Mutex
	visible map[string]int32
	err     error
}

func (q *fakeQueue) ChangeMessageVisibility(_ context.Context, in *sqs.ChangeMessageVisibilityInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return nil, q.err
	}
	q.visible[strings.TrimPrefix(*in.ReceiptHandle, "handle of ")] = in.VisibilityTimeout
	return &sqs.ChangeMessageVisibilityOutput{}, nil
}

// handlerFunc is a Handler.
type handlerFunc func(context.Context, provision.Delivery) provision.Report

func (f handlerFunc) Handle(ctx context.Context, d provision.Delivery) provision.Report {
	return f(ctx, d)
}

type edge struct {
	*Batch
	queue *fakeQueue
	log   *bytes.Buffer
}

func newEdge(h handlerFunc) edge {
	queue := &fakeQueue{visible: map[string]int32{}}
	var log bytes.Buffer
	return edge{New(h, queue, slog.New(slog.NewJSONHandler(&log, nil)), Options{
		QueueURL: "http://queue", MaxReceiveCount: maxReceives,
		Redelivery: Redelivery{Min: 10 * time.Second, Max: 15 * time.Minute},
	}), queue, &log}
}

func (e edge) lines(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	for dec := json.NewDecoder(e.log); dec.More(); {
		var line map[string]any
		if err := dec.Decode(&line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	return all
}

func (e edge) handle(t *testing.T, ctx context.Context, records ...events.SQSMessage) (failed []string) {
	t.Helper()
	for _, f := range e.Handle(ctx, events.SQSEvent{Records: records}).BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed
}

func message(id, body string, receives int) events.SQSMessage {
	return events.SQSMessage{
		MessageId: id, ReceiptHandle: "handle of " + id, Body: body,
		Attributes: map[string]string{"ApproximateReceiveCount": fmt.Sprint(receives)},
	}
}

func body(org string) string { return fmt.Sprintf(`{"orgId":%q}`, org) }

// ready is the report of a bucket that is ready.
func ready() provision.Report {
	return provision.Report{Result: provision.Result{Status: provision.StatusCreated, Bucket: "b"}}
}

// failing reports err as provision.Handler does: announced on the last receive.
func failing(d provision.Delivery, err error) provision.Report {
	return provision.Report{Failure: fault.Of(err), Announced: d.Last}
}

// parsing handles what can be read and fails what can't.
func parsing(_ context.Context, d provision.Delivery) provision.Report {
	if d.Refused != nil {
		return failing(d, d.Refused)
	}
	return ready()
}

func TestAnEmptyBatchIsAnsweredWithAnEmptyList(t *testing.T) {
	answer := newEdge(parsing).Handle(t.Context(), events.SQSEvent{})
	if text, err := json.Marshal(answer); err != nil || string(text) != `{"batchItemFailures":[]}` {
		t.Errorf("got %s, %v", text, err)
	}
}

func TestOnlyThePoisonOfABatchComesAgain(t *testing.T) {
	e := newEdge(parsing)
	var records []events.SQSMessage
	for i := range 9 {
		records = append(records, message(fmt.Sprint("m", i), body(fmt.Sprint("org", i)), 1))
	}
	records = slices.Insert(records, 4, message("poison", "{", 1))
	if failed := e.handle(t, t.Context(), records...); !slices.Equal(failed, []string{"poison"}) {
		t.Errorf("these come again: %v", failed)
	}
	if after, ok := e.queue.visible["poison"]; !ok || after != 0 || len(e.queue.visible) != 1 {
		t.Errorf("visibility was set to %v, want 0 s for the poison alone", e.queue.visible)
	}
	if n := len(e.lines(t)); n != 10 {
		t.Errorf("%d log lines for 10 records", n)
	}
}

func TestAPanicIsOneRecordsFailure(t *testing.T) {
	e := newEdge(func(_ context.Context, d provision.Delivery) provision.Report {
		if d.Event.OrgID == "bad" {
			panic("boom")
		}
		return ready()
	})
	failed := e.handle(t, t.Context(), message("m1", body("good"), 1), message("m2", body("bad"), 1), message("m3", body("fine"), 1))
	if !slices.Equal(failed, []string{"m2"}) {
		t.Errorf("these come again: %v", failed)
	}
	for _, line := range e.lines(t) {
		if line["messageId"] == "m2" && (line["code"] != "Internal" || line["step"] != "handle" || !strings.Contains(fmt.Sprint(line["stack"]), "batch_test.go")) {
			t.Errorf("the panic's line is %v", line)
		}
	}
}

// panickyQueue is a queue whose client breaks.
type panickyQueue struct{}

func (panickyQueue) ChangeMessageVisibility(context.Context, *sqs.ChangeMessageVisibilityInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error) {
	panic("queue")
}

func TestAPanicWhileHandingBackIsOneRecordsFailure(t *testing.T) {
	e := newEdge(parsing)
	e.Batch = New(handlerFunc(parsing), panickyQueue{}, slog.New(slog.NewJSONHandler(e.log, nil)), e.options)
	if failed := e.handle(t, t.Context(), message("good", body("a"), 1), message("bad", "{", 1)); !slices.Equal(failed, []string{"bad"}) {
		t.Errorf("these come again: %v", failed)
	}
	lines := e.lines(t)
	i := slices.IndexFunc(lines, func(l map[string]any) bool { return l["level"] == "ERROR" })
	if i < 0 || lines[i]["messageId"] != "bad" || !strings.Contains(fmt.Sprint(lines[i]["error"]), "queue") {
		t.Errorf("no line tells of the panic: %v", lines)
	}
}

func TestRecordsOfABatchAreHandledAtOnceButOneOrganizationsOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		running := map[string]int{}
		e := newEdge(func(_ context.Context, d provision.Delivery) provision.Report {
			id := string(d.Event.OrgID)
			mu.Lock()
			running[id]++
			if running[id] > 1 {
				t.Errorf("two records of %s at once", id)
			}
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			running[id]--
			mu.Unlock()
			return ready()
		})
		began := time.Now()
		e.handle(t, t.Context(), message("1", body("a"), 1), message("2", body("b"), 1), message("3", body("a"), 1), message("4", body("c"), 1), message("5", body("a"), 1))
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("took %s, want the three seconds of the organization with three records", took)
		}
	})
}

func TestRedeliveryDelaysByKindAndReceiveCount(t *testing.T) {
	blocked := fault.New(fault.ClientUserNotFound, "no user")
	tests := []struct {
		name        string
		err         error
		receives    int
		least, most int32 // seconds
	}{
		{"invalid comes again at once", fault.New(fault.MalformedMessage, "bad"), 1, 0, 0},
		{"blocked waits about 10 s after the first receive", blocked, 1, 8, 12},
		{"about 40 s after the second", blocked, 2, 32, 48},
		{"about 160 s after the third", blocked, 3, 128, 192},
		{"about 640 s after the fourth", blocked, 4, 512, 768},
		{"transient waits as long", fault.New(fault.Throttled, "slow down"), 2, 32, 48},
		{"an unknown error is transient", errors.New("surprise"), 1, 8, 12},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for range 50 { // the delays are random
				e := newEdge(func(_ context.Context, d provision.Delivery) provision.Report { return failing(d, test.err) })
				if failed := e.handle(t, t.Context(), message("m", body("a"), test.receives)); len(failed) != 1 {
					t.Fatal("the message was acknowledged")
				}
				if after := e.queue.visible["m"]; after < test.least || after > test.most {
					t.Fatalf("visible after %d s, want %d to %d", after, test.least, test.most)
				}
			}
		})
	}
}

func TestDelaysNeverExceedTheMaximum(t *testing.T) {
	for _, r := range []Redelivery{{10 * time.Second, 15 * time.Minute}, {time.Second, time.Second}, {0, 0}, {0, time.Hour}, {12 * time.Hour, 12 * time.Hour}} {
		for n := 1; n < 2000; n++ {
			if d := r.delay(fault.Blocked, n); d < 0 || d > r.Max {
				t.Fatalf("%+v: delay %s after %d receives", r, d, n)
			}
		}
	}
}

func TestTheLastReceiveIsAnnouncedAndGoesToTheDeadLetterQueueAtOnce(t *testing.T) {
	var last []bool
	e := newEdge(func(_ context.Context, d provision.Delivery) provision.Report {
		last = append(last, d.Last)
		return failing(d, fault.New(fault.ClientUserNotFound, "no user"))
	})
	for n := 1; n <= maxReceives+1; n++ {
		e.handle(t, t.Context(), message(fmt.Sprint("m", n), body("a"), n))
	}
	if !slices.Equal(last, []bool{false, false, false, false, true, true}) {
		t.Errorf("last receive: %v", last)
	}
	if after, ok := e.queue.visible["m5"]; !ok || after != 0 {
		t.Errorf("after the announced failure the message is visible after %d s, want at once", after)
	}
}

func TestWithoutAnAnnouncementTheVisibilityStays(t *testing.T) {
	e := newEdge(func(_ context.Context, d provision.Delivery) provision.Report {
		return provision.Report{Failure: fault.New(fault.Internal, "x"), AnnounceError: errors.New("SNS is down")}
	})
	failed := e.handle(t, t.Context(), message("m", body("a"), maxReceives))
	if len(failed) != 1 || len(e.queue.visible) != 0 {
		t.Errorf("failed %v, visibility %v; want the message left as it is", failed, e.queue.visible)
	}
	if line := e.lines(t)[0]; line["announceError"] != "SNS is down" || line["announced"] != false {
		t.Errorf("the line doesn't say so: %v", line)
	}
}

func TestARecordHandedBackUntouchedKeepsItsVisibility(t *testing.T) {
	e := newEdge(func(context.Context, provision.Delivery) provision.Report {
		return provision.Report{Failure: fault.New(fault.DeadlineExceeded, "too late"), Untouched: true}
	})
	if failed := e.handle(t, t.Context(), message("m", body("a"), 1)); len(failed) != 1 || len(e.queue.visible) != 0 {
		t.Errorf("failed %v, visibility %v", failed, e.queue.visible)
	}
}

func TestIfVisibilityCannotBeChangedTheMessageStillComesAgain(t *testing.T) {
	e := newEdge(func(_ context.Context, d provision.Delivery) provision.Report {
		return failing(d, fault.New(fault.Throttled, "x"))
	})
	e.queue.err = errors.New("queue is down")
	if failed := e.handle(t, t.Context(), message("m", body("a"), 1)); len(failed) != 1 {
		t.Error("the message was acknowledged")
	}
	if line := e.lines(t)[0]; !strings.Contains(fmt.Sprint(line["visible"]), "queue is down") {
		t.Errorf("the line doesn't say so: %v", line)
	}
}

func TestTheAnswerComesBeforeTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEdge(func(ctx context.Context, d provision.Delivery) provision.Report {
			<-ctx.Done() // a call that hangs
			return failing(d, ctx.Err())
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if failed := e.handle(t, ctx, message("m", body("a"), 1)); len(failed) != 1 || ctx.Err() != nil {
			t.Errorf("failed %v, context %v", failed, ctx.Err())
		}
		if line := e.lines(t)[0]; line["code"] != "DeadlineExceeded" {
			t.Errorf("line %v", line)
		}
	})
}

func TestAMissingReceiveCountIsTheFirst(t *testing.T) {
	for _, count := range []string{"", "x", "0", "-3"} {
		var got provision.Delivery
		e := newEdge(func(_ context.Context, d provision.Delivery) provision.Report { got = d; return ready() })
		m := message("m", body("a"), 1)
		m.Attributes = map[string]string{"ApproximateReceiveCount": count}
		e.handle(t, t.Context(), m)
		if got.Source.ReceiveCount != 1 || got.Last {
			t.Errorf("count %q: %+v", count, got)
		}
	}
}

func TestTheLineOfASuccessHasItsKeys(t *testing.T) {
	e := newEdge(func(_ context.Context, d provision.Delivery) provision.Report {
		r := ready()
		r.Durations = map[fault.Step]time.Duration{fault.StepObserve: 30 * time.Millisecond}
		return r
	})
	e.handle(t, t.Context(), message("m", `{"orgId":"a","correlationId":"c"}`, 2))
	line := e.lines(t)[0]
	want := map[string]any{"msg": "record", "level": "INFO", "messageId": "m", "orgId": "a", "correlationId": "c", "receiveCount": 2.0, "status": "created", "bucket": "b"}
	for key, value := range want {
		if line[key] != value {
			t.Errorf("%s is %v, want %v", key, line[key], value)
		}
	}
	if step := line["stepMs"].(map[string]any); step["observe"] != 30.0 {
		t.Errorf("stepMs is %v", step)
	}
}
