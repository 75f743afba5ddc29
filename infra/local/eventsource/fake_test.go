package eventsource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// scripted is a queue that answers as the test wants; for what a real one does only when it is in trouble.
type scripted struct {
	receive func() ([]types.Message, error)
	remove  func(attempt int, receipts []string) (refused []string, err error)

	attempts int
	removed  []string
}

func (q *scripted) ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	messages, err := q.receive()
	return &sqs.ReceiveMessageOutput{Messages: messages}, err
}

func (q *scripted) DeleteMessageBatch(_ context.Context, in *sqs.DeleteMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	var receipts []string
	for _, entry := range in.Entries {
		receipts = append(receipts, *entry.ReceiptHandle)
	}
	q.attempts++
	refused, err := q.remove(q.attempts, receipts)
	if err != nil {
		return nil, err
	}
	out := &sqs.DeleteMessageBatchOutput{}
	for i, entry := range in.Entries {
		if slices.Contains(refused, receipts[i]) {
			out.Failed = append(out.Failed, types.BatchResultErrorEntry{Id: entry.Id, Code: aws.String("InternalError")})
			continue
		}
		out.Successful = append(out.Successful, types.DeleteMessageBatchResultEntry{Id: entry.Id})
		q.removed = append(q.removed, receipts[i])
	}
	return out, nil
}

func messages(ids ...string) []types.Message {
	var all []types.Message
	for _, id := range ids {
		all = append(all, types.Message{MessageId: aws.String(id), ReceiptHandle: aws.String("r-" + id), Body: aws.String("body")})
	}
	return all
}

func TestRefusedDeletesAreTriedAgain(t *testing.T) {
	tests := []struct {
		name      string
		remove    func(attempt int, receipts []string) ([]string, error)
		removed   []string
		undeleted []string
		failing   bool
	}{
		{"one entry is refused twice", func(n int, _ []string) ([]string, error) {
			if n < 3 {
				return []string{"r-b"}, nil
			}
			return nil, nil
		}, []string{"r-a", "r-b"}, nil, false},
		{"the whole call fails once", func(n int, _ []string) ([]string, error) {
			if n == 1 {
				return nil, errors.New("connection reset")
			}
			return nil, nil
		}, []string{"r-a", "r-b"}, nil, false},
		{"one entry is always refused", func(int, []string) ([]string, error) {
			return []string{"r-a"}, nil
		}, []string{"r-b"}, []string{"a"}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				queue := &scripted{remove: test.remove}
				p, err := New(Options{SQS: queue, QueueURL: "q", Invoke: func(context.Context, []byte) ([]byte, error) {
					return []byte(`{"batchItemFailures":[{"itemIdentifier":"c"}]}`), nil
				}})
				if err != nil {
					t.Fatal(err)
				}
				all, _ := p.batches(messages("a", "b", "c"))
				report := p.invoke(t.Context(), all[0])
				if !slices.Equal(queue.removed, test.removed) || !slices.Equal(report.Undeleted, test.undeleted) {
					t.Errorf("removed %v, undeleted %v", queue.removed, report.Undeleted)
				}
				if (report.Err != nil) != test.failing || !slices.Equal(report.Failed, []string{"c"}) {
					t.Errorf("failed %v, error %v", report.Failed, report.Err)
				}
			})
		})
	}
}

func TestFailedPollsAreRepeatedWithAGrowingPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
		defer stop()
		var failures []error
		queue := &scripted{receive: func() ([]types.Message, error) { return nil, errors.New("down") }}
		p, err := New(Options{SQS: queue, QueueURL: "q", Invoke: func(context.Context, []byte) ([]byte, error) { return nil, nil },
			OnPollError: func(err error) { failures = append(failures, err) }})
		if err != nil {
			t.Fatal(err)
		}
		p.work(ctx)
		if n := len(failures); n < 100 || n > 130 {
			t.Errorf("%d polls in ten minutes", n)
		}
		if text := failures[0].Error(); !strings.Contains(text, "poll q: down") {
			t.Error(text)
		}
	})
}

func TestAMessageReceivedWhileStoppingIsStillHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		queue := &scripted{
			receive: func() ([]types.Message, error) { stop(); return messages("a"), nil },
			remove:  func(int, []string) ([]string, error) { return nil, nil },
		}
		p, _ := New(Options{SQS: queue, QueueURL: "q", Invoke: func(ctx context.Context, _ []byte) ([]byte, error) {
			return []byte(`{}`), ctx.Err()
		}})
		p.work(ctx)
		if !slices.Equal(queue.removed, []string{"r-a"}) {
			t.Errorf("removed %v", queue.removed)
		}
	})
}

func TestABatchIsCutAtTheSizeOfLambdasEvents(t *testing.T) {
	all := messages("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
	for i := range all {
		all[i].Body = aws.String(strings.Repeat("<", 1<<20))
	}
	p := &Poller{}
	batches, err := p.batches(all)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, b := range batches {
		ids = append(ids, idsOf(b.messages)...)
		if n := len(b.event()); n > maxEventBytes {
			t.Errorf("an event of %d bytes", n)
		}
	}
	if got := fmt.Sprint(ids); got != "[a b c d e f g h i j]" || len(batches) != 2 {
		t.Errorf("%d batches with %s", len(batches), got)
	}
}

func TestOptionsOutsideLambdasLimitsAreRefused(t *testing.T) {
	invoke := func(context.Context, []byte) ([]byte, error) { return nil, nil }
	tests := []struct {
		name string
		o    Options
	}{
		{"nothing to invoke", Options{SQS: &scripted{}, QueueURL: "q"}},
		{"a batch of 11", Options{SQS: &scripted{}, QueueURL: "q", Invoke: invoke, BatchSize: 11}},
		{"a concurrency of 1", Options{SQS: &scripted{}, QueueURL: "q", Invoke: invoke, MaximumConcurrency: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := New(test.o); err == nil {
				t.Error("no error")
			}
		})
	}
}
