package queue_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// on is the queue in a world.
func on(w *awsfake.World) *queue.Queue { return queue.New(sqs.NewFromConfig(w.Config()), url) }

// answering is the queue with one answer to an operation.
func answering(operation string, a awsfake.Answer) *queue.Queue {
	w := awsfake.New()
	w.On("sqs:"+operation, a)
	return on(w)
}

// TestWhatGoesOverTheWire holds the calls to SQS's API: a field that the SDK
// leaves out, like a zero, would be a default of the queue.
func TestWhatGoesOverTheWire(t *testing.T) {
	const done = `{"Successful":[{"Id":"0","MessageId":"new"}],"Failed":[]}`
	for name, c := range map[string]struct {
		call   func(t *testing.T, q *queue.Queue) error
		answer string
		want   string
	}{
		"a receive asks for all that a sender can give": {
			func(t *testing.T, q *queue.Queue) error {
				_, err := q.Receive(t.Context(), 1500*time.Millisecond, 90*time.Second)
				return err
			}, `{}`,
			`ReceiveMessage {"QueueUrl":"URL","MaxNumberOfMessages":10,"WaitTimeSeconds":2,"VisibilityTimeout":90,"MessageAttributeNames":["All"],
			 "MessageSystemAttributeNames":["SentTimestamp","ApproximateReceiveCount","AWSTraceHeader","MessageGroupId"]}`,
		},
		"a hold is at least a second, at most twelve hours": {
			func(t *testing.T, q *queue.Queue) error {
				_, err := q.Receive(t.Context(), time.Hour, 0)
				return err
			}, `{}`,
			`ReceiveMessage {"QueueUrl":"URL","MaxNumberOfMessages":10,"WaitTimeSeconds":20,"VisibilityTimeout":1,"MessageAttributeNames":["All"],
			 "MessageSystemAttributeNames":["SentTimestamp","ApproximateReceiveCount","AWSTraceHeader","MessageGroupId"]}`,
		},
		"a release says zero, and doesn't leave it out": {
			func(t *testing.T, q *queue.Queue) error { return q.Release(t.Context(), []string{"h"})[0] }, done,
			`ChangeMessageVisibilityBatch {"QueueUrl":"URL","Entries":[{"Id":"0","ReceiptHandle":"h","VisibilityTimeout":0}]}`,
		},
		"a hold is made longer by its length": {
			func(t *testing.T, q *queue.Queue) error { return q.Hold(t.Context(), []string{"h"}, 100*time.Hour)[0] }, done,
			`ChangeMessageVisibilityBatch {"QueueUrl":"URL","Entries":[{"Id":"0","ReceiptHandle":"h","VisibilityTimeout":43200}]}`,
		},
		"a deletion": {
			func(t *testing.T, q *queue.Queue) error { return q.Delete(t.Context(), []string{"h"})[0] }, done,
			`DeleteMessageBatch {"QueueUrl":"URL","Entries":[{"Id":"0","ReceiptHandle":"h"}]}`,
		},
		"a message goes with its trace header and group": {
			func(t *testing.T, q *queue.Queue) error {
				return q.Send(t.Context(), []queue.Content{{Body: "b", TraceHeader: "Root=1", GroupID: "g"}})[0].Err
			}, done,
			`SendMessageBatch {"QueueUrl":"URL","Entries":[{"Id":"0","MessageBody":"b","DelaySeconds":0,"MessageGroupId":"g",
			 "MessageSystemAttributes":{"AWSTraceHeader":{"DataType":"String","StringValue":"Root=1"}}}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := awsfake.New()
			wantOperation, text, _ := strings.Cut(c.want, " ")
			w.On("sqs:"+wantOperation, awsfake.Answer{Body: c.answer})
			if err := c.call(t, on(w)); err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := json.Unmarshal([]byte(w.Seen()[0].Body), &got); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(strings.ReplaceAll(text, "URL", url)), &want); err != nil {
				t.Fatal(err)
			}
			if m, ok := got.(map[string]any); ok && wantOperation == "SendMessageBatch" {
				// The SDK may leave out a delay of zero: the queues have none of their own.
				if e, ok := m["Entries"].([]any)[0].(map[string]any); ok {
					e["DelaySeconds"] = 0.0
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

func TestAMessageIsReadWithAllItsParts(t *testing.T) {
	got, err := answering("ReceiveMessage", awsfake.Answer{Body: `{"Messages":[
		  {"MessageId":"i","ReceiptHandle":"h","Body":"b","Attributes":{"SentTimestamp":"1700000000123","ApproximateReceiveCount":"7","AWSTraceHeader":"Root=1","MessageGroupId":"g"},
		   "MessageAttributes":{"s":{"DataType":"String.x","StringValue":"v"},"n":{"DataType":"Number","StringValue":"1.0"},"z":{"DataType":"Binary","BinaryValue":"AAH/"}}},
		  {"MessageId":"j","ReceiptHandle":"h","Body":"","Attributes":{"SentTimestamp":"soon"}}]}`}).Receive(t.Context(), 0, time.Minute)
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	want := queue.Content{Body: "b", TraceHeader: "Root=1", GroupID: "g", Attributes: queuetest.Attributes("s", "String.x", "v", "n", "Number", "1.0", "z", "Binary", "\x00\x01\xff")}
	if m := got[0]; m.ID != "i" || m.Handle != "h" || m.ReceiveCount != 7 || m.SentAt.UnixMilli() != 1700000000123 || !queuetest.Same(m.Content, want) {
		t.Errorf("got %+v", m)
	}
	if m := got[1]; m.ID != "j" || !m.SentAt.IsZero() || m.ReceiveCount != 0 {
		t.Errorf("without counts: %+v", m)
	}
}

func TestACountThatIsNoNumberIsAnError(t *testing.T) {
	_, err := answering("GetQueueAttributes", awsfake.Answer{Body: `{"Attributes":{"ApproximateNumberOfMessages":"\u001b[31mmany"}}`}).Depth(t.Context())
	if err == nil || strings.ContainsRune(err.Error(), '\x1b') {
		t.Errorf("got %q", err)
	}
}
