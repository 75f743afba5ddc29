package queue_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

func numbered(n int) []queue.Content {
	var all []queue.Content
	for i := range n {
		all = append(all, queue.Content{Body: fmt.Sprint(i)})
	}
	return all
}

// bodies are those of the messages in the queue, sorted.
func bodies(f *queuetest.Fake) []string {
	var all []string
	for _, m := range f.All() {
		all = append(all, m.Content.Body)
	}
	slices.Sort(all)
	return all
}

// TestWhetherAnEntryThatFailsIsTriedAgain has entries fail, by their call and body.
func TestWhetherAnEntryThatFailsIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		fails func(call, entry int) *types.BatchResultErrorEntry
		calls int
		err   func(error) bool // of the first message; none: all are sent
	}{
		"by no fault of ours, twice": {func(call, entry int) *types.BatchResultErrorEntry {
			if call < 3 && entry%2 == 1 {
				return queuetest.Busy()
			}
			return nil
		}, 3, nil},
		"by no fault of ours, always": {func(_, entry int) *types.BatchResultErrorEntry {
			if entry == 0 {
				return queuetest.Busy()
			}
			return nil
		}, 4, func(err error) bool { return fault.Is(err, fault.ServiceUnavailable) }},
		"by our fault": {func(_, entry int) *types.BatchResultErrorEntry {
			if entry == 0 {
				return queuetest.Refused()
			}
			return nil
		}, 1, func(err error) bool {
			return strings.Contains(err.Error(), "send to queue dead-letters: SQS answered InvalidMessageContents") && errors.Is(err, queue.ErrRefused) && !errors.Is(err, queue.ErrNotHeld)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake, calls, began := queuetest.NewFake(url), 0, time.Now()
				fake.On(func(queuetest.Call) queuetest.Fault {
					calls++
					return queuetest.Fault{Entries: func(i int) *types.BatchResultErrorEntry { return c.fails(calls, i) }}
				})
				for i, s := range queue.New(fake, url).Send(t.Context(), numbered(4)) {
					if i == 0 && c.err != nil {
						if s.Err == nil || !c.err(s.Err) || s.MessageID != "" {
							t.Errorf("message %d: %+v", i, s)
						}
						continue
					}
					at := slices.IndexFunc(fake.All(), func(m queuetest.Stored) bool { return m.ID == s.MessageID })
					if s.Err != nil || at < 0 || fake.All()[at].Content.Body != fmt.Sprint(i) {
						t.Errorf("message %d: %+v", i, s)
					}
				}
				if took := time.Since(began); calls != c.calls || took > 3*time.Second || calls == 4 && took < time.Second {
					t.Errorf("%d calls in %s", calls, took)
				}
			})
		})
	}
}

func TestABatchWithoutAnAnswerFailsAloneAndIsNotSentTwice(t *testing.T) {
	for name, fails := range map[string]queuetest.Fault{
		"nothing was done":   {Before: queuetest.Unavailable()},
		"the answer is lost": {After: queuetest.Unavailable()},
	} {
		fake, calls := queuetest.NewFake(url), 0
		fake.On(func(queuetest.Call) queuetest.Fault {
			if calls++; calls == 2 {
				return fails
			}
			return queuetest.Fault{}
		})
		sent := queue.New(fake, url).Send(t.Context(), numbered(25))
		for i, s := range sent {
			if failed := i >= 10 && i < 20; (s.Err != nil) != failed || failed && !fault.Is(s.Err, fault.ServiceUnavailable) || (s.MessageID == "") != failed {
				t.Errorf("%s: message %d: %+v", name, i, s)
			}
		}
		want := 15
		if fails.After != nil {
			want = 25
		}
		if got := len(slices.Compact(bodies(fake))); got != want || calls != 3 {
			t.Errorf("%s: %d messages in the queue after %d calls, want %d", name, got, calls, want)
		}
	}
}

// silent answers batches without saying what became of their entries.
type silent struct{ queuetest.Fake }

func (*silent) SendMessageBatch(context.Context, *sqs.SendMessageBatchInput, ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	stranger, id := "7", "m"
	return &sqs.SendMessageBatchOutput{
		Successful: []types.SendMessageBatchResultEntry{{Id: &stranger, MessageId: &id}, {}},
		Failed:     []types.BatchResultErrorEntry{{Id: &stranger}, {}},
	}, nil
}

func (*silent) DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	return &sqs.DeleteMessageBatchOutput{}, nil
}

func TestWhatAnAnswerDoesNotConfirmIsNotTakenForDone(t *testing.T) {
	q := queue.New(&silent{}, url)
	for _, s := range q.Send(t.Context(), numbered(2)) {
		if s.Err == nil || s.MessageID != "" {
			t.Errorf("sent: %+v", s)
		}
	}
	for _, err := range q.Delete(t.Context(), []string{"a", "b"}) {
		if err == nil {
			t.Error("deleted")
		}
	}
}

func TestNoCallIsMadeOnceTheContextHasEnded(t *testing.T) {
	fake, calls := queuetest.NewFake(url), 0
	ctx, cancel := context.WithCancel(t.Context())
	fake.On(func(queuetest.Call) queuetest.Fault {
		calls++
		return queuetest.Fault{Entries: func(i int) *types.BatchResultErrorEntry {
			cancel()
			return queuetest.Busy()
		}}
	})
	for i, s := range queue.New(fake, url).Send(ctx, numbered(25)) {
		if ended := i >= 10; s.Err == nil || errors.Is(s.Err, context.Canceled) != ended {
			t.Errorf("message %d: %v", i, s.Err)
		}
	}
	if calls != 1 {
		t.Errorf("%d calls", calls)
	}
}

func TestNothingToSendIsNoCall(t *testing.T) {
	fake := queuetest.NewFake(url)
	fake.On(func(c queuetest.Call) queuetest.Fault {
		t.Errorf("call %s", c.Operation)
		return queuetest.Fault{}
	})
	q := queue.New(fake, url)
	if len(q.Send(t.Context(), nil))+len(q.Delete(t.Context(), nil))+len(q.Release(t.Context(), nil)) != 0 {
		t.Error("there are results")
	}
}
