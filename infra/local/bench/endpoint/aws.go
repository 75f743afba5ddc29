package endpoint

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// ServeHTTP takes a call the whole way. The body is read first, so that a client
// that waits for "100 Continue" pays for the delay once.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	world := s.world.Load()
	c := readCall(r, body, world.owners)
	depth := s.tally.begin(c)
	time.Sleep(world.delay)
	a := newReply()
	switch c.service {
	case "sns":
		publish(a, c)
	case "sqs":
		changeVisibility(a, c)
	default:
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.URL.Path = pathStyle(r) // the fake's only one
		world.s3.ServeHTTP(a, r)
		if s.served.Add(1)%1000 == 0 {
			world.s3.ForgetCalls() // nobody reads the fake's own log, and it has all bodies
		}
	}
	s.tally.end(c, depth, a.status)
	a.send(w)
}

// publish answers as SNS does, and keeps nothing.
func publish(a *reply, c call) {
	a.header.Set("Content-Type", "text/xml")
	const result = `<%[1]sResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>`
	switch c.operation {
	case "Publish":
		fmt.Fprintf(a, result, c.operation, "<MessageId>"+messageID+"</MessageId>")
	case "PublishBatch":
		var entries strings.Builder
		for i := 1; c.form.Has(entryID(i)); i++ {
			fmt.Fprintf(&entries, "<member><Id>%s</Id><MessageId>%s</MessageId></member>", c.form.Get(entryID(i)), messageID)
		}
		fmt.Fprintf(a, result, c.operation, "<Failed/><Successful>"+entries.String()+"</Successful>")
	default:
		a.status = http.StatusNotImplemented
	}
}

const messageID = "567910cd-659e-55d4-8ccb-5aaf14679dc0"

func entryID(i int) string { return fmt.Sprintf("PublishBatchRequestEntries.member.%d.Id", i) }

// changeVisibility answers as SQS does; there is no queue here.
func changeVisibility(a *reply, c call) {
	a.header.Set("Content-Type", "application/x-amz-json-1.0")
	if c.operation != "ChangeMessageVisibility" {
		a.status = http.StatusNotImplemented
	}
	_, _ = io.WriteString(a, "{}") // into memory
}

// reply holds an answer back until it has been counted.
type reply struct {
	bytes.Buffer
	header http.Header
	status int
}

func newReply() *reply { return &reply{header: http.Header{}, status: http.StatusOK} }

// Header, with Buffer's Write and WriteHeader, makes it a http.ResponseWriter.
func (a *reply) Header() http.Header { return a.header }

// WriteHeader keeps the status.
func (a *reply) WriteHeader(status int) { a.status = status }

func (a *reply) send(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.Bytes()) // a client that's gone has lost its answer
}
