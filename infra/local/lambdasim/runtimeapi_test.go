package lambdasim

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What a well-behaved runtime client never sends.
func TestTheRuntimeAPIHoldsItsOwnAgainstOddClients(t *testing.T) {
	tests := []struct {
		name, path, body string
		status           int
		ended            bool   // the invocation
		problem          string // what it ended with
	}{
		{"an answer ends the invocation", "invocation/ID/response", "ok", http.StatusAccepted, true, ""},
		{"an answer to another invocation is refused", "invocation/other/response", "ok", http.StatusBadRequest, false, ""},
		{"an error of another invocation is refused", "invocation/other/error", "{}", http.StatusBadRequest, false, ""},
		{"an error that is no JSON is kept as it is", "invocation/ID/error", "boom", http.StatusAccepted, true, "Runtime.Unknown: boom"},
		{"an answer above Lambda's limit is an error", "invocation/ID/response", strings.Repeat("x", MaxPayloadBytes+1),
			http.StatusRequestEntityTooLarge, true, "Function.ResponseSizeTooLarge"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := newRuntimeAPI("arn")
			inv := newInvocation([]byte("event"), time.Now().Add(time.Minute))
			go func() { api.next <- inv }()
			call := func(method, path, body string) int {
				answer := httptest.NewRecorder()
				api.handler().ServeHTTP(answer, httptest.NewRequest(method, "/2018-06-01/runtime/"+path, strings.NewReader(body)))
				return answer.Code
			}
			if status := call(http.MethodGet, "invocation/next", ""); status != http.StatusOK || !api.busy() {
				t.Fatalf("next: %d", status)
			}
			path := strings.Replace(test.path, "ID", inv.id, 1)
			if status := call(http.MethodPost, path, test.body); status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
			if api.busy() == test.ended {
				t.Errorf("busy: %v", api.busy())
			}
			var reported *FunctionError
			if errors.As(inv.err, &reported) != (test.problem != "") || reported != nil && !strings.Contains(reported.Error(), test.problem) {
				t.Errorf("ended with %v", inv.err)
			}
			if test.ended && call(http.MethodPost, path, test.body) == http.StatusAccepted {
				t.Error("a second answer was taken")
			}
		})
	}
}
