package storm

import (
	"container/heap"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
)

// queue is an SQS standard queue with a dead-letter queue. Of the messages that
// are visible, those come first that have been for longest; SQS promises no order.
type queue struct {
	visibility  time.Duration
	maxReceives int

	mu          sync.Mutex
	waiting     byVisibility        // also those in flight
	byHandle    map[string]*message // in flight
	deadLetters []*message
	requests    int           // that were made of it
	oldest      time.Duration // the longest time that a message was in the queue
	emptied     time.Time     // when the latest message left the queue
}

// message is a message and what SQS knows of it.
type message struct {
	id       string
	body     string
	sent     time.Time
	visible  time.Time
	receives int
	handle   string
	index    int // in the heap
}

func newQueue(visibility time.Duration, maxReceives int) *queue {
	return &queue{visibility: visibility, maxReceives: maxReceives, byHandle: map[string]*message{}}
}

// send puts a message into the queue that will be sent at a time.
func (q *queue) send(body string, at time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.requests++
	heap.Push(&q.waiting, &message{id: fmt.Sprintf("m%06d", q.requests), body: body, sent: at, visible: at})
}

// receive takes up to most messages that are visible. A message that was
// received too often already goes to the dead-letter queue instead.
func (q *queue) receive(most int) (batch []events.SQSMessage) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.requests++
	now := time.Now()
	for len(batch) < most && len(q.waiting) > 0 && !q.waiting[0].visible.After(now) {
		m := q.waiting[0]
		delete(q.byHandle, m.handle)
		if m.receives == q.maxReceives {
			heap.Pop(&q.waiting)
			q.deadLetters = append(q.deadLetters, m)
			q.emptied = now
			continue
		}
		m.receives++
		m.handle = fmt.Sprintf("%s/%d", m.id, m.receives)
		q.byHandle[m.handle] = m
		q.show(m, now.Add(q.visibility))
		batch = append(batch, events.SQSMessage{
			MessageId: m.id, ReceiptHandle: m.handle, Body: m.body,
			Attributes: map[string]string{"ApproximateReceiveCount": fmt.Sprint(m.receives)},
		})
	}
	return batch
}

// show sets when a message is visible.
func (q *queue) show(m *message, at time.Time) {
	m.visible = at
	heap.Fix(&q.waiting, m.index)
}

// remove deletes messages that were handled.
func (q *queue) remove(handles []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.requests += min(1, len(handles))
	for _, handle := range handles {
		if m := q.byHandle[handle]; m != nil {
			heap.Remove(&q.waiting, m.index)
			delete(q.byHandle, handle)
			q.oldest, q.emptied = max(q.oldest, time.Since(m.sent)), time.Now()
		}
	}
}

// next is when a message will be visible, as far as is known now.
func (q *queue) next() (at time.Time, more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return time.Time{}, false
	}
	return q.waiting[0].visible, true
}

// changeVisibility answers the function's one call to SQS.
func (q *queue) changeVisibility(r *http.Request) (*http.Response, error) {
	v, err := functiontest.ReadVisibility(r)
	if err != nil {
		return nil, err
	}
	q.hide(v.ReceiptHandle, time.Duration(v.VisibilityTimeout)*time.Second)
	return functiontest.VisibilityChanged(r), nil
}

// hide hides the message of the latest receive's handle for a time from now on.
func (q *queue) hide(handle string, d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.requests++
	if m := q.byHandle[handle]; m != nil {
		q.show(m, time.Now().Add(d))
	}
}

// byVisibility is a heap, the message first that is visible first.
type byVisibility []*message

func (h byVisibility) Len() int           { return len(h) }
func (h byVisibility) Less(i, j int) bool { return h[i].visible.Before(h[j].visible) }
func (h byVisibility) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push is heap.Interface's.
func (h *byVisibility) Push(x any) {
	m := x.(*message)
	m.index = len(*h)
	*h = append(*h, m)
}

// Pop is heap.Interface's.
func (h *byVisibility) Pop() any {
	m := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return m
}
