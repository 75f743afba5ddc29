package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"testing"
	"time"
)

// moto is a running server that plays AWS.
type moto struct{ url string }

func startMoto(t *testing.T, python string) moto {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
	_ = listener.Close() // moto takes it, and can't be told to pick one
	command := exec.Command(python, "testdata/motoserver.py", "-H", "127.0.0.1", "-p", port)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill() // it has no other way to be stopped
		_ = command.Wait()         // tells that it was killed
	})
	m := moto{"http://127.0.0.1:" + port} // not localhost, at which buckets have hosts that not every resolver knows
	for range 300 {
		if response, err := http.Get(m.url + "/moto-api/"); err == nil {
			_ = response.Body.Close() // nothing was read
			return m
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("moto doesn't answer at %s", m.url)
	return moto{}
}

// bootstrap makes what the cdk command looks for in a bootstrapped account.
func (m moto) bootstrap(t *testing.T) {
	t.Helper()
	m.call(t, "s3", http.MethodPut, "/cdk-hnb659fds-assets-"+motoAccount+"-us-east-1", "", nil, nil)
	m.json(t, "ssm", "AmazonSSM.PutParameter", map[string]any{"Name": "/cdk-bootstrap/hnb659fds/version", "Value": "30", "Type": "String"}, nil)
}

func (m moto) json(t *testing.T, service, target string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	m.call(t, service, http.MethodPost, "/", target, body, out)
}

func (m moto) get(t *testing.T, service, path string, out any) {
	t.Helper()
	m.call(t, service, http.MethodGet, path, "", nil, out)
}

// text sends a form and returns the answer as it is.
func (m moto) text(t *testing.T, service, method, path, form string) string {
	t.Helper()
	return string(m.send(t, service, method, path, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte(form)))
}

// call sends a JSON request and reads the answer.
func (m moto) call(t *testing.T, service, method, path, target string, body []byte, out any) {
	t.Helper()
	header := http.Header{}
	if target != "" {
		header.Set("X-Amz-Target", target)
		header.Set("Content-Type", map[bool]string{true: "application/x-amz-json-1.0", false: "application/x-amz-json-1.1"}[service == "sqs"])
	}
	answer := m.send(t, service, method, path, header, body)
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			t.Fatalf("%s %s of moto: %v\n%s", service, path+target, err, answer)
		}
	}
}

// send sends a request with a signature in form only: moto reads the service and
// Region from it and checks nothing.
func (m moto) send(t *testing.T, service, method, path string, header http.Header, body []byte) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, m.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		t.Fatalf("%s %s %s %s of moto: %s %v\n%s", service, method, path+header.Get("X-Amz-Target"), body, response.Status, err, answer)
	}
	return answer
}
