package eventsource_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
)

func TestMessagesEndWhereTheFunctionsAnswersPutThem(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		bodies []string
		lines  []string // what the function must have received, the last number being the receive
		dead   int
	}{
		{"what succeeds is deleted", []string{"ok", "ok too"}, []string{"received ok 1", "received ok too 1"}, 0},
		{"a poison in a batch goes to the dead-letter queue alone", []string{"ok", "fail", "ok too"},
			[]string{"received ok 1", "received ok too 1", "received fail 1", "received fail 2"}, 1},
		{"a crash brings the whole batch back", []string{"ok", "exit once"},
			[]string{"received ok 1", "received exit once 1", "received ok 2", "received exit once 2"}, 0},
		{"a timeout brings the whole batch back", []string{"ok", "sleep once"},
			[]string{"received ok 1", "received sleep once 1", "received ok 2", "received sleep once 2"}, 0},
	}
	// All start before the first is looked at, since they mostly wait for visibility timeouts.
	server := startServer(t)
	var locals []*local
	var received []*seen
	for i, test := range tests {
		l := newLocal(t, server, fauxqs.SystemOptions{Name: fmt.Sprintf("q%d", i), MaxReceiveCount: 2, VisibilityTimeout: 2 * time.Second})
		l.send(t, test.bodies...)
		lines, invoke := startFunction(t, 600*time.Millisecond)
		l.poll(t, invoke)
		locals, received = append(locals, l), append(received, lines)
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if dead := locals[i].settled(t); dead != test.dead {
				t.Errorf("%d dead letters, want %d", dead, test.dead)
			}
			received[i].check(t, test.lines)
		})
	}
}

func TestAMessageReachesTheFunctionByteForByteWithItsAttributes(t *testing.T) {
	t.Parallel()
	l := startLocal(t, 30*time.Second)
	body := strings.Repeat("\"é<\u2028\n\\", 110_000) + "\r\n"
	sent, err := l.server.SQS().SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &l.system.QueueURL, MessageBody: &body,
		MessageAttributes: map[string]types.MessageAttributeValue{
			"text": {DataType: aws.String("String"), StringValue: aws.String("ü<>&")},
			"raw":  {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255, 10}},
			"n":    {DataType: aws.String("Number.int"), StringValue: aws.String("7")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan []byte, 1)
	l.poll(t, func(_ context.Context, event []byte) ([]byte, error) { got <- event; return []byte(`{}`), nil })
	raw := <-got
	var event events.SQSEvent
	if err := json.Unmarshal(raw, &event); err != nil || len(event.Records) != 1 {
		t.Fatalf("%d records (%v)", len(event.Records), err)
	}
	r := event.Records[0]
	if r.Body != body || r.MessageId != *sent.MessageId || r.Md5OfBody != *sent.MD5OfMessageBody || r.Md5OfMessageAttributes != *sent.MD5OfMessageAttributes {
		t.Errorf("another message: %d bytes, id %s, digests %s, %s", len(r.Body), r.MessageId, r.Md5OfBody, r.Md5OfMessageAttributes)
	}
	if r.EventSource != "aws:sqs" || r.EventSourceARN != l.system.QueueARN || r.AWSRegion != "us-east-1" || r.ReceiptHandle == "" {
		t.Errorf("source %s, %s, %s", r.EventSource, r.EventSourceARN, r.AWSRegion)
	}
	names := slices.Sorted(maps.Keys(r.Attributes))
	if !slices.Equal(names, []string{"ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "SenderId", "SentTimestamp"}) || r.Attributes["ApproximateReceiveCount"] != "1" {
		t.Errorf("attributes %v", r.Attributes)
	}
	a := r.MessageAttributes
	if len(a) != 3 || *a["text"].StringValue != "ü<>&" || a["text"].DataType != "String" || string(a["raw"].BinaryValue) != "\x00\xff\n" ||
		a["raw"].StringValue != nil || a["raw"].DataType != "Binary" || *a["n"].StringValue != "7" || a["n"].DataType != "Number.int" {
		t.Errorf("message attributes %+v", a)
	}
	if !strings.Contains(string(raw), `"stringListValues":[],"binaryListValues":[]`) {
		t.Error("the empty lists are missing")
	}
	l.settled(t)
}

func TestMaximumConcurrencyBoundsTheEventsUnderWay(t *testing.T) {
	t.Parallel()
	l := startLocal(t, 30*time.Second)
	var mu sync.Mutex
	now, most, total := 0, 0, 0
	count := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		now += n
		most, total = max(most, now), total+max(n, 0)
	}
	for range 6 {
		l.send(t, strings.Split("abcdefghij", "")...)
	}
	l.poll(t, func(context.Context, []byte) ([]byte, error) {
		count(1)
		defer count(-1)
		time.Sleep(50 * time.Millisecond)
		return []byte(`{}`), nil
	})
	l.settled(t)
	mu.Lock()
	defer mu.Unlock()
	if most != 2 || total != 6 {
		t.Errorf("%d events, %d at once", total, most)
	}
}
