package s3server

import (
	"bytes"
	"encoding/xml"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// Fault is what goes wrong with one request. The zero value changes nothing.
type Fault struct {
	// After: the request is carried out first and its answer is held back. Otherwise
	// the fault comes first, and with Status, Reset or Hang the request isn't carried
	// out.
	After bool
	// Do, if not nil, is called at that moment. No lock is held: it may send requests,
	// or kill the caller. With After it gets the call as it is in the log.
	Do func(Call)
	// Status, if it isn't 0, is the answer's, with S3's error of this code and message.
	Status        int
	Code, Message string
	// Reset breaks the connection instead of an answer.
	Reset bool
	// Hang: there is no answer until the client closes the connection.
	Hang bool
}

// faults holds the hook of OnRequest.
type faults struct {
	hook atomic.Pointer[func(Call) *Fault]
}

// OnRequest has choose asked about every S3 request from now on, before anything
// is done with it; nil from it leaves the request alone. The call has no status
// then, and its Who is the access key that the request claims. choose is asked by
// several goroutines at once. A second OnRequest takes the first one's place; nil ends it.
//
// An error made up here is in the call log as any answer is. A request that
// never got to the server, nor got an answer, isn't.
func (s *Server) OnRequest(choose func(Call) *Fault) {
	if choose == nil {
		s.faults.hook.Store(nil)
		return
	}
	s.faults.hook.Store(&choose)
}

func (f *faults) choose(call Call) *Fault {
	if choose := f.hook.Load(); choose != nil {
		return (*choose)(call)
	}
	return nil
}

// serveFaulty serves a request with its fault; serve would serve it without.
func (s *Server) serveFaulty(w http.ResponseWriter, r *http.Request, call *Call, fault *Fault, serve http.HandlerFunc) {
	held := &heldAnswer{header: http.Header{}, status: http.StatusOK}
	if fault.After {
		serve(held, r)
	}
	if fault.Do != nil {
		fault.Do(*call)
	}
	switch {
	case fault.Hang:
		hang(r)
	case fault.Reset:
		reset(w)
	case fault.Status != 0:
		s.refuse(w, r, call, fault)
	case fault.After:
		held.send(w)
	default:
		serve(w, r)
	}
}

// hang waits until the client has closed the connection. The server notices that only
// after it has read the whole request.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// reset ends the connection with a TCP RST.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // the server closes the connection then
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// refuse answers with an error. Where the work was done, the log has the true answer.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, call *Call, fault *Fault) {
	_, _ = io.Copy(io.Discard, r.Body) // else the client may see a broken connection instead
	if !fault.After {
		call.Status, call.Code = fault.Status, fault.Code
		s.calls.add(*call)
	}
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("X-Amz-Request-Id", "MADEUP")
	w.WriteHeader(fault.Status)
	if r.Method == http.MethodHead {
		return
	}
	_, _ = io.WriteString(w, xml.Header)
	_ = xml.NewEncoder(w).Encode(struct {
		XMLName       xml.Name `xml:"Error"`
		Code, Message string
	}{Code: fault.Code, Message: fault.Message})
}

// heldAnswer is an answer that hasn't been sent to its client.
type heldAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *heldAnswer) Header() http.Header         { return a.header }
func (a *heldAnswer) WriteHeader(status int)      { a.status = status }
func (a *heldAnswer) Write(p []byte) (int, error) { return a.body.Write(p) }

func (a *heldAnswer) send(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes())
}
