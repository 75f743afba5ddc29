package endpoint

import (
	"encoding/json"
	"io"
	"net"
	"strings"
	"testing"
)

func TestTheServersProcessEndsWithItsInput(t *testing.T) {
	in, starter := io.Pipe()
	reader, out := io.Pipe()
	ended := make(chan error)
	go func() { ended <- Serve(in, out) }()
	var a Addresses
	if err := json.NewDecoder(reader).Decode(&a); err != nil {
		t.Fatal(err)
	}
	if err := a.Reset(t.Context(), Setup{State: Empty}); err != nil {
		t.Error(err)
	}
	if err := starter.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for _, url := range []string{a.Plain, a.TLS, a.Proxy, a.Control} {
		if conn, err := net.Dial("tcp", url[strings.LastIndex(url, "/")+1:]); err == nil {
			_ = conn.Close() // an open connection is the failure
			t.Errorf("%s still takes connections", url)
		}
	}
}

func TestAServerThatDoesNotStartIsAnError(t *testing.T) {
	if _, _, err := Launch("/bin/false"); err == nil || !strings.Contains(err.Error(), "where the server is") {
		t.Errorf("got %v", err)
	}
	if _, _, err := Launch("/no/such/program"); err == nil {
		t.Error("a program was started that isn't there")
	}
}
