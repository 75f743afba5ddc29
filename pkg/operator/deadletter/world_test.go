package deadletter_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const (
	deadURL   = "https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters"
	sourceURL = "https://sqs.eu-central-1.amazonaws.com/123456789012/organizations"
)

// world is a dead-letter queue and its source queue, in virtual time.
type world struct {
	dead, source *queuetest.Fake
	scanner      *deadletter.Scanner
	diagnoser    *fakeDiagnoser
	put          []string // ids of the dead letters, in their order
}

// newWorld has n dead letters: the i-th is of organization org-<i>, was sent i
// minutes ago, and its diagnosis goes round through all verdicts.
func newWorld(n int) *world {
	w := &world{dead: queuetest.NewFake(deadURL), source: queuetest.NewFake(sourceURL), diagnoser: &fakeDiagnoser{}}
	w.scanner = &deadletter.Scanner{Queue: queue.New(w.dead, deadURL)}
	for i := range n {
		w.put = append(w.put, w.dead.Put(letterContent(i), time.Now().Add(-time.Duration(i)*time.Minute), 6))
	}
	return w
}

// letterContent is the i-th dead letter's: every third is rich, the others have a body only.
func letterContent(i int) queue.Content {
	body := fmt.Sprintf(`{"orgId":"org-%d","correlationId":"%d"}`, i, i)
	if i%3 == 0 {
		return queuetest.Rich(body)
	}
	return queue.Content{Body: body}
}

var verdicts = []diagnosis.Diagnosis{
	{Verdict: diagnosis.WouldWork},
	{Verdict: diagnosis.Blocked, Code: fault.ClientUserNotFound},
	{Verdict: diagnosis.Never, Code: fault.MalformedMessage},
	{Verdict: diagnosis.Healthy},
	{Verdict: diagnosis.Unknown, Code: fault.AccessDenied},
}

// fakeDiagnoser diagnoses by the message's number.
type fakeDiagnoser struct {
	takes time.Duration

	mu            sync.Mutex
	now, most, of int // diagnoses at a time, the most of it, and all
}

func (d *fakeDiagnoser) Refused(body string) (diagnosis.Diagnosis, bool) {
	found := (&fakeDiagnoser{}).Message(context.Background(), body)
	return found, found.Verdict == diagnosis.Never
}

func (d *fakeDiagnoser) Message(ctx context.Context, body string) diagnosis.Diagnosis {
	d.mu.Lock()
	d.now++
	d.of++
	d.most = max(d.most, d.now)
	d.mu.Unlock()
	select {
	case <-time.After(d.takes):
	case <-ctx.Done():
	}
	d.mu.Lock()
	d.now--
	d.mu.Unlock()
	var parsed struct {
		OrgID org.ID
		N     int `json:"correlationId,string"`
	}
	if json.Unmarshal([]byte(body), &parsed) != nil {
		return diagnosis.Diagnosis{Verdict: diagnosis.Never, Code: fault.MalformedMessage}
	}
	found := verdicts[parsed.N%len(verdicts)]
	if found.Verdict != diagnosis.Never {
		found.OrgID = parsed.OrgID
	}
	return found
}

// choose scans and chooses.
func (w *world) choose(t *testing.T, s deadletter.Selection) *deadletter.Chosen {
	t.Helper()
	chosen := deadletter.NewChosen()
	_, err := w.scanner.Scan(t.Context(), w.diagnoser, s, func(l deadletter.Letter) error {
		if l.Selected {
			chosen.Add(l)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return chosen
}

// chooseIDs chooses the dead letters with these numbers.
func (w *world) chooseIDs(numbers ...int) *deadletter.Chosen {
	chosen := deadletter.NewChosen()
	for _, n := range numbers {
		chosen.Add(deadletter.Letter{
			Message:   queue.Message{ID: w.put[n], Content: letterContent(n)},
			Diagnosis: w.diagnoser.Message(context.Background(), letterContent(n).Body),
		})
	}
	return chosen
}

func fast() *queue.Pace {
	p, err := queue.NewPace(1e6)
	if err != nil {
		panic(err)
	}
	return p
}

// hidden returns the ids of the dead letters that can't be received now.
func (w *world) hidden() []string {
	var ids []string
	for _, m := range w.dead.All() {
		if m.Held {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// ids are those of the messages of a queue, sorted.
func ids(f *queuetest.Fake) []string {
	var all []string
	for _, m := range f.All() {
		all = append(all, m.ID)
	}
	slices.Sort(all)
	return all
}

// anna replays.
const anna = "arn:aws:iam::123456789012:user/anna"

// in counts how often a content is in a queue, as it was or replayed.
func in(f *queuetest.Fake, c queue.Content) int {
	n := 0
	for _, m := range f.All() {
		if queuetest.Same(m.Content, c) || m.Content.GroupID == deadletter.ReplayGroup && queuetest.Same(queuetest.AsSent(m.Content), queuetest.AsSent(c)) {
			n++
		}
	}
	return n
}

func sorted(ids []string) []string { return slices.Sorted(slices.Values(ids)) }

// failing lets the n-th to the last call of an operation fail.
func failing(operation string, n, last int, f queuetest.Fault) func(queuetest.Call) queuetest.Fault {
	calls := 0
	return func(c queuetest.Call) queuetest.Fault {
		if c.Operation == operation {
			if calls++; calls >= n && calls <= last {
				return f
			}
		}
		return queuetest.Fault{}
	}
}

// ignore is a show that shows nothing.
func ignore(deadletter.Letter) error { return nil }
