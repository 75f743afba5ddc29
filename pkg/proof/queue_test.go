package proof

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// message is one message of the queue.
type message struct {
	id, body string
	org      org.ID // whose it is, empty if nothing valid can be read of it
	replay   bool   // it was a dead letter
	receives int
	visible  time.Time
	state    state
	// last is the invocation that had it last.
	last *invocation
}

type state int

const (
	waiting state = iota
	deleted
	deadLettered
)

// receipt is one receive of a message.
type receipt struct {
	message *message
	handle  string
	count   int
}

// queue is SQS in virtual time: visibility, receive counts, a dead-letter queue.
type queue struct {
	mu       sync.Mutex
	sent     int
	messages []*message
}

// batchSize is the event source's.
const batchSize = 10

func (q *queue) send(id org.ID, body string) *message {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sent++
	m := &message{id: fmt.Sprint("message-", q.sent), body: body, org: id, visible: time.Now()}
	q.messages = append(q.messages, m)
	return m
}

// replay moves a message back from the dead-letter queue. As with AWS's redrive
// it gets a new id and counts from the start.
func (q *queue) replay(dead *message) *message {
	dead.state = deleted
	m := q.send(dead.org, dead.body)
	m.replay = true
	return m
}

// in lists the messages in a state.
func (q *queue) in(s state) []*message {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(q.messages), func(m *message) bool { return m.state != s })
}

// receive takes a message that can be seen. One that was received often enough
// goes to the dead-letter queue instead.
func (q *queue) receive(m *message) (r receipt, died bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if m.receives >= maxReceives {
		m.state = deadLettered
		return receipt{}, true
	}
	m.receives++
	m.visible = time.Now().Add(visibility)
	return receipt{m, fmt.Sprintf("%s/%d", m.id, m.receives), m.receives}, false
}

func (q *queue) remove(m *message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	m.state = deleted
}

// changeVisibility serves the queue's one call.
func (w *world) changeVisibility(c call) (*http.Response, error) {
	in, err := functiontest.ReadVisibility(c.request)
	if err != nil {
		return nil, err
	}
	w.queue.mu.Lock()
	defer w.queue.mu.Unlock()
	for _, r := range c.by.receipts {
		if r.handle == in.ReceiptHandle && r.message.state == waiting {
			r.message.visible = time.Now().Add(time.Duration(in.VisibilityTimeout) * time.Second)
			return functiontest.VisibilityChanged(c.request), nil
		}
	}
	return functiontest.Refuse(c.request, http.StatusBadRequest, "ReceiptHandleIsInvalid", "The receipt handle isn't one of a message in flight"), nil
}
