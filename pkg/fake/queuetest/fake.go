package queuetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

// Fake is one standard queue. It speaks the SDK's interface (queue.API) and
// answers with SQS's own errors. It has no dead-letter queue behind it, and never
// expires anything. Inside a synctest bubble its time is virtual; it must be made there.
type Fake struct {
	// URL is the queue's: calls for another one find no queue.
	URL string
	// InFlightLimit, if not 0, is how many messages can be hidden at once: beyond
	// it receives find nothing, as SQS's do with 120,000.
	InFlightLimit int
	// LongestPoll, if not 0, is how long a receive waits at most, whatever it's asked to:
	// for tests in which waiting for an empty queue decides nothing.
	LongestPoll time.Duration
	// Redrive, if set, is the ARN of the queue's dead-letter queue.
	Redrive string

	onCall atomic.Pointer[func(Call) Fault]
	asking sync.Mutex

	mu       sync.Mutex
	messages []*stored
	made     int
	empty    int             // receives that are yet to find nothing
	repeats  map[string]bool // ids to be received although they're held
	changed  chan struct{}
}

// stored is a message in the queue.
type stored struct {
	id        string
	content   queue.Content
	sentAt    time.Time
	receives  int
	handle    string    // the last receive's
	visibleAt time.Time // hidden until then
}

// NewFake makes an empty queue.
func NewFake(url string) *Fake {
	return &Fake{URL: url, changed: make(chan struct{}), repeats: map[string]bool{}}
}

// Stored is a message that is in the queue.
type Stored struct {
	ID       string
	Content  queue.Content
	Receives int
	Held     bool // hidden from receives now
}

// Put puts a message into the queue, as if it had been sent at sentAt and
// received so often, and returns its id.
func (f *Fake) Put(c queue.Content, sentAt time.Time, receives int) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.put(c, sentAt, receives)
}

func (f *Fake) put(c queue.Content, sentAt time.Time, receives int) string {
	f.made++
	c.Attributes = maps.Clone(c.Attributes)
	id := fmt.Sprintf("%08x-0000-4000-8000-%012x", uint32(f.made)*2654435761, f.made) // spread, so that short beginnings differ
	f.messages = append(f.messages, &stored{id: id, content: c, sentAt: sentAt, receives: receives, visibleAt: time.Now()})
	f.wake()
	return id
}

// All returns the messages, hidden ones too, in the order in which they came.
func (f *Fake) All() []Stored {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []Stored
	for _, m := range f.messages {
		all = append(all, Stored{m.id, m.content, m.receives, m.visibleAt.After(time.Now())})
	}
	return all
}

// HoldAll hides all messages, as if others had received them.
func (f *Fake) HoldAll(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.messages {
		m.visibleAt = time.Now().Add(d)
	}
}

// Remove deletes a message, as another operator would.
func (f *Fake) Remove(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.messages = slices.DeleteFunc(f.messages, func(m *stored) bool { return m.id == id })
}

// FindNothing makes the next n receives find nothing, whatever there is.
func (f *Fake) FindNothing(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.empty = max(f.empty, 0) + n
}

// Repeat makes the next receive give a message although it is held: standard
// queues deliver at least once.
func (f *Fake) Repeat(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.repeats[id] = true
	f.wake()
}

// wake lets waiting receives look again.
func (f *Fake) wake() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// blind reports whether this receive has to find nothing.
func (f *Fake) blind() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.empty = max(f.empty, 0) - 1
	return f.empty >= 0
}

// take receives up to n messages. It returns when the next hidden message appears.
func (f *Fake) take(n int, hold time.Duration) (got []types.Message, next time.Time, changed <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, held := time.Now(), 0
	for _, m := range f.messages {
		if m.visibleAt.After(now) {
			held++
			if next.IsZero() || m.visibleAt.Before(next) {
				next = m.visibleAt
			}
		}
	}
	for _, m := range f.messages {
		if len(got) == n || f.InFlightLimit > 0 && held+len(got) >= f.InFlightLimit {
			break
		}
		if !m.visibleAt.After(now) || f.repeats[m.id] {
			delete(f.repeats, m.id)
			got = append(got, m.receive(now.Add(hold)))
		}
	}
	return got, next, f.changed
}

// receive hides the message and returns it as SQS does.
func (m *stored) receive(until time.Time) types.Message {
	m.receives++
	m.visibleAt = until
	m.handle = fmt.Sprintf("handle-%s-%d", m.id, m.receives)
	system := map[string]string{"SentTimestamp": fmt.Sprint(m.sentAt.UnixMilli()), "ApproximateReceiveCount": fmt.Sprint(m.receives)}
	if m.content.TraceHeader != "" {
		system["AWSTraceHeader"] = m.content.TraceHeader
	}
	if m.content.GroupID != "" {
		system["MessageGroupId"] = m.content.GroupID
	}
	return types.Message{
		MessageId: aws.String(m.id), ReceiptHandle: aws.String(m.handle), Body: aws.String(m.content.Body),
		Attributes: system, MessageAttributes: maps.Clone(m.content.Attributes),
	}
}

// waitFor waits until something may have changed; false once until or ctx is over.
func waitFor(ctx context.Context, until, next time.Time, changed <-chan struct{}) bool {
	if !next.IsZero() && next.Before(until) {
		until = next
	}
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-changed:
	case <-ctx.Done():
		return false
	}
	return true
}
