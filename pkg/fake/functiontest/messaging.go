package functiontest

import (
	"io"
	"net/http"
	"slices"
	"sync"
)

// Messaging is SNS and SQS: it answers every request of the function's and keeps
// what was published. The zero value is ready, in process or over a socket.
type Messaging struct {
	mu        sync.Mutex
	published []Publication
}

// Published lists what was published so far.
func (m *Messaging) Published() []Publication {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.published)
}

// RoundTrip answers a request in process.
func (m *Messaging) RoundTrip(r *http.Request) (*http.Response, error) {
	if ServiceOf(r) == SQS {
		_, err := ReadVisibility(r)
		return VisibilityChanged(r), err
	}
	p, err := ReadPublication(r)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.published = append(m.published, p)
	return Published(r), nil
}

// ServeHTTP answers a request that came over a socket.
func (m *Messaging) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := m.RoundTrip(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = io.Copy(w, answer.Body) // who asked may have gone
}
