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
	// After has the server do the work first; its answer is then kept back. Else
	// the fault comes before the work, which isn't done if there is an answer, a
	// reset or a hang.
	After bool
	// Do is called at that moment, while nothing of the server is locked: it may
	// send requests of its own, or kill the caller. With After it gets the call as
	// it is in the log. It may be nil.
	Do func(Call)
	// Status, if it isn't 0, is the answer's, with S3's error of this code and message.
	Status        int
	Code, Message string
	// Reset breaks the connection instead of an answer.
	Reset bool
	// Hang answers nothing, until the client is gone.
	Hang bool
}

// faults ask the hook, if there is one.
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

// serveSpoiled serves a request with its fault; serve does what would be done without.
func (s *Server) serveSpoiled(w http.ResponseWriter, r *http.Request, call *Call, fault *Fault, serve http.HandlerFunc) {
	kept := &answerKept{header: http.Header{}, status: http.StatusOK}
	if fault.After {
		serve(kept, r)
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
		kept.give(w)
	default:
		serve(w, r)
	}
}

// hang waits until the client is gone. The server notices that only when it has
// read the request to its end.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// reset ends the connection with TCP's RST, as a machine does that has forgotten it.
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

// answerKept is an answer that its client hasn't got, and may never get.
type answerKept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answerKept) Header() http.Header         { return a.header }
func (a *answerKept) WriteHeader(status int)      { a.status = status }
func (a *answerKept) Write(p []byte) (int, error) { return a.body.Write(p) }

func (a *answerKept) give(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes())
}
