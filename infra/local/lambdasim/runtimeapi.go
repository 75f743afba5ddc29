package lambdasim

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// runtimeAPI is the server side of the Runtime API for one process.
type runtimeAPI struct {
	arn       string
	next      chan *invocation    // handed to the process when it asks
	ready     chan struct{}       // closed when it asks for the first time
	readyAt   time.Time           // when that was; to be read after ready is closed
	initError chan *FunctionError // holds one

	readyOnce sync.Once
	mu        sync.Mutex
	current   *invocation // taken by the process and not answered
}

func newRuntimeAPI(arn string) *runtimeAPI {
	return &runtimeAPI{arn: arn, next: make(chan *invocation), ready: make(chan struct{}), initError: make(chan *FunctionError, 1)}
}

func (a *runtimeAPI) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", a.handleNext)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", a.handleResponse)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", a.handleError)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", a.handleInitError)
	return mux
}

func (a *runtimeAPI) busy() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.current != nil
}

// handleNext blocks until there is work. It never times out: Lambda freezes the process meanwhile.
func (a *runtimeAPI) handleNext(w http.ResponseWriter, r *http.Request) {
	a.readyOnce.Do(func() {
		a.readyAt = time.Now()
		close(a.ready)
	})
	var inv *invocation
	select {
	case inv = <-a.next:
	case <-r.Context().Done():
		return
	}
	a.mu.Lock()
	a.current = inv
	a.mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(inv.payload)))
	h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", a.arn)
	_, _ = w.Write(inv.payload) // if the process is gone, its exit says so
}

func (a *runtimeAPI) handleResponse(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process died while it answered; its exit says so
	}
	a.reply(w, r, body, nil)
}

func (a *runtimeAPI) handleError(w http.ResponseWriter, r *http.Request) {
	a.reply(w, r, nil, readError(r))
}

func (a *runtimeAPI) handleInitError(w http.ResponseWriter, r *http.Request) {
	select {
	case a.initError <- readError(r):
	default:
	}
	accept(w)
}

// readError reads an error document. A body that isn't one is kept as the message, so that nothing the function said is lost.
func readError(r *http.Request) *FunctionError {
	body, err := io.ReadAll(r.Body)
	reported := &FunctionError{}
	if err != nil || json.Unmarshal(body, reported) != nil || *reported == (FunctionError{}) {
		reported.Message = string(body)
	}
	if reported.Type == "" {
		reported.Type = orDefault(r.Header.Get("Lambda-Runtime-Function-Error-Type"), "Runtime.Unknown")
	}
	return reported
}

func (a *runtimeAPI) reply(w http.ResponseWriter, r *http.Request, response []byte, reported *FunctionError) {
	id := r.PathValue("id")
	if !a.finish(id, response, reported) {
		http.Error(w, "no invocation "+id+" is waiting for an answer", http.StatusBadRequest)
		return
	}
	accept(w)
}

// finish ends the current invocation if it is the one named. It reports whether it was.
func (a *runtimeAPI) finish(id string, response []byte, reported *FunctionError) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	inv := a.current
	if inv == nil || inv.id != id {
		return false
	}
	a.current = nil
	inv.response = response
	if reported != nil {
		inv.err = reported
	}
	close(inv.done)
	return true
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}
