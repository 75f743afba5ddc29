package storm

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// The model's own tests: what a storm shows is worth no more than these.

func TestAMessageComesAgainAfterItsVisibilityAndAfterTheLastReceiveItIsADeadLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(time.Minute, 2)
		q.send("body", time.Now().Add(time.Second))
		if got := q.receive(10); len(got) != 0 {
			t.Errorf("received before it was sent: %v", got)
		}
		time.Sleep(time.Second)
		for _, count := range []string{"1", "2"} {
			got := q.receive(10)
			if len(got) != 1 || got[0].Body != "body" || got[0].Attributes["ApproximateReceiveCount"] != count {
				t.Fatalf("receive %s: %v", count, got)
			}
			if again := q.receive(10); len(again) != 0 {
				t.Errorf("received while in flight: %v", again)
			}
			q.hide(got[0].ReceiptHandle, 5*time.Second)
			time.Sleep(5 * time.Second)
		}
		if got := q.receive(10); len(got) != 0 || len(q.deadLetters) != 1 {
			t.Errorf("after the last receive: received %v, %d dead letters", got, len(q.deadLetters))
		}
	})
}

func TestOnlyTheLatestHandleOfAMessageCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(time.Minute, 5)
		q.send("body", time.Now())
		first := q.receive(1)
		time.Sleep(time.Minute)
		second := q.receive(1)
		q.remove([]string{first[0].ReceiptHandle})
		if _, more := q.next(); !more {
			t.Error("an old handle deleted the message")
		}
		q.remove([]string{second[0].ReceiptHandle})
		if _, more := q.next(); more {
			t.Error("the message wasn't deleted")
		}
	})
}

func TestWhatABatchHandsBackStaysInTheQueue(t *testing.T) {
	for name, c := range map[string]struct {
		answer events.SQSEventResponse
		left   int
	}{
		"nothing":                 {events.SQSEventResponse{}, 0},
		"one":                     {events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{{ItemIdentifier: "m000002"}}}, 1},
		"everything, one by one":  {events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{{ItemIdentifier: "m000001"}, {ItemIdentifier: "m000002"}, {ItemIdentifier: "m000003"}}}, 3},
		"what isn't of the batch": {events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{{ItemIdentifier: "another"}}}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &source{cloud: &cloud{s3: s3fake.New(account), queue: newQueue(time.Minute, 5)}, settings: settings{timeout: time.Second}}
				for range 3 {
					s.cloud.queue.send("body", time.Now())
				}
				answer := func(context.Context, events.SQSEvent) events.SQSEventResponse { return c.answer }
				s.invoke(t.Context(), answer, s.cloud.queue.receive(10))
				if left := len(s.cloud.queue.waiting); left != c.left || s.handedBack != c.left {
					t.Errorf("%d messages are left and %d count as handed back, want %d", left, s.handedBack, c.left)
				}
			})
		})
	}
}
