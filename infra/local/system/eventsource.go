package system

import (
	"context"
	"sync"

	"github.com/fusionpos/orgbucket/infra/local/eventsource"
)

// EventSource is the event source mapping, which can be disabled and enabled.
type EventSource struct {
	poller *eventsource.Poller

	mu      sync.Mutex
	disable func() // nil while it's disabled
}

// Enable starts polling; nothing happens if it's enabled.
func (e *EventSource) Enable() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.disable != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		e.poller.Run(ctx)
	}()
	e.disable = func() { cancel(); <-ended }
}

// Disable stops polling and returns when the last batch has been dealt with, at
// most some seconds later.
func (e *EventSource) Disable() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.disable != nil {
		e.disable()
		e.disable = nil
	}
}
