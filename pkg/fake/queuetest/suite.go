package queuetest

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// System is a kind of queue that the suite is run on.
type System struct {
	// Open makes an empty queue. It is called once for each test, concurrently
	// unless Virtual is set.
	Open func(t *testing.T) *queue.Queue
	// Missing is a queue that doesn't exist, of the same server.
	Missing func(t *testing.T) *queue.Queue
	// Virtual runs each test in a synctest bubble.
	Virtual bool
	// Forgetful is a server that drops trace headers and groups.
	Forgetful bool
}

// Suite holds queues to what the operators' tool relies on.
func Suite(t *testing.T, s System) {
	tests := map[string]func(t *testing.T, q *queue.Queue){
		"a message comes as it was sent":                        s.asSent,
		"a held message is hidden until its hold runs out":      hidden,
		"a released message comes at once and the others don't": released,
		"a deleted message never comes again":                   deleted,
		"a hold can be made longer":                             held,
		"who waits gets what comes meanwhile":                   waited,
		"batches are as large as SQS allows":                    batches,
		"a message that is too large is refused alone":          tooLarge,
		"ten of the largest messages come one after the other":  largest,
		"messages are counted":                                  counted,
		"what isn't held any more needs no release":             notHeld,
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		t.Run(name, func(t *testing.T) {
			s.run(t, func(t *testing.T) { tests[name](t, s.Open(t)) })
		})
	}
	t.Run("a queue that doesn't exist says so", func(t *testing.T) {
		s.run(t, func(t *testing.T) { missing(t, s.Missing(t)) })
	})
}

func (s System) run(t *testing.T, test func(t *testing.T)) {
	if s.Virtual {
		synctest.Test(t, test)
		return
	}
	t.Parallel()
	test(t)
}

const (
	wait = time.Second
	hold = 20 * time.Second
)

func content(body string) queue.Content { return queue.Content{Body: body} }

// send sends messages, all of which must be confirmed, and returns their ids.
func send(t *testing.T, q *queue.Queue, messages ...queue.Content) []string {
	t.Helper()
	var ids []string
	for i, s := range q.Send(t.Context(), messages) {
		if s.Err != nil || s.MessageID == "" {
			t.Fatalf("message %d: %+v", i, s)
		}
		ids = append(ids, s.MessageID)
	}
	return ids
}

// receive receives until n messages have come, which must be soon.
func receive(t *testing.T, q *queue.Queue, n int, hold time.Duration) []queue.Message {
	t.Helper()
	var all []queue.Message
	for range 2*n + 2 {
		got, err := q.Receive(t.Context(), wait, hold)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, got...)
		if len(all) >= n {
			break
		}
	}
	if len(all) != n {
		t.Fatalf("received %d messages, want %d", len(all), n)
	}
	return all
}

func nothing(t *testing.T, q *queue.Queue) {
	t.Helper()
	if got, err := q.Receive(t.Context(), wait, hold); err != nil || len(got) > 0 {
		t.Errorf("received %d messages (%v), want none", len(got), err)
	}
}
