package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// message is a message as the queue hands it to the function.
type message struct {
	body     string
	receives int
}

// writtenLines has the function that provisions handle batches of messages, and returns
// every line that it wrote.
func writtenLines(t *testing.T, tpl template, aws http.Handler, batches [][]message) []map[string]any {
	t.Helper()
	var events []any
	for i, batch := range batches {
		events = append(events, event(i, batch))
	}
	return written(t, functionEnvironment(t, tpl), "../functions/provision-bucket", aws, events)
}

// written has a compiled function, with the settings of the stack, handle events one
// after the other.
func written(t *testing.T, env map[string]string, function string, aws http.Handler, events []any) []map[string]any {
	t.Helper()
	bootstrap := filepath.Join(t.TempDir(), "bootstrap")
	// As `make build`, but for this machine.
	build := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc,nethttpomithttp2", "-ldflags", "-s -w", "-o", bootstrap, function)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the function: %v\n%s", err, out)
	}
	server := httptest.NewServer(aws)
	defer server.Close()
	done := make(chan struct{})
	runtime := httptest.NewServer(runtimeAPI(t, events, done))
	defer runtime.Close()

	env["AWS_LAMBDA_RUNTIME_API"] = strings.TrimPrefix(runtime.URL, "http://")
	env["AWS_ENDPOINT_URL"], env["S3_USE_PATH_STYLE"] = server.URL, "true"
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	process := exec.CommandContext(ctx, bootstrap)
	for name, value := range env {
		process.Env = append(process.Env, name+"="+value)
	}
	var output bytes.Buffer
	process.Stdout, process.Stderr = &output, &output
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
	case <-ctx.Done():
		t.Error("the function didn't handle the events within a minute")
	}
	_ = process.Process.Kill() // it would wait for the next event for ever
	_ = process.Wait()         // tells that it was killed
	return parseLines(t, &output)
}

// s3ForLines is an S3 with the bucket of claims, a bucket of another account and one that
// was never finished.
func s3ForLines(homes string) *s3fake.Server {
	s3 := s3fake.New(account)
	for _, id := range []string{"first", "second", "stranger", "half"} {
		s3.AddUser("arn:aws:iam::" + account + ":user/rms_" + id)
	}
	s3.Put(homes, s3fake.Bucket{})
	s3.Put("fusion-rms-stranger", s3fake.Bucket{Owner: stranger})
	s3.Put("fusion-rms-half", s3fake.Bucket{Tags: map[string]string{"OrgId": "half"}})
	return s3
}

// with is an S3 beside an SNS and an SQS that accept everything.
func with(s3 *s3fake.Server) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("X-Amz-Target") != "":
			w.Header().Set("Content-Type", "application/x-amz-json-1.0")
			fmt.Fprint(w, `{}`)
		case r.URL.Path == "/" && r.Method == http.MethodPost:
			fmt.Fprint(w, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`)
		default:
			s3.ServeHTTP(w, r)
		}
	})
}

func parseLines(t *testing.T, output io.Reader) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for scanner := bufio.NewScanner(output); scanner.Scan(); {
		var line map[string]any
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			t.Errorf("the function wrote a line that isn't JSON: %s", scanner.Text())
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

// runtimeAPI hands out the events one after the other, then closes done
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
func runtimeAPI(t *testing.T, events []any, done chan struct{}) http.Handler {
	next := 0
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		if next == len(events) {
			close(done)
			<-r.Context().Done()
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprintf("request-%d", next))
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(30*time.Second).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:"+account+":function:x")
		if err := json.NewEncoder(w).Encode(events[next]); err != nil {
			t.Error(err)
		}
		next++
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	mux.HandleFunc("POST /", func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		t.Errorf("the function reports at %s: %s", r.URL.Path, text)
	})
	return mux
}

// event is the batch as Lambda's event source for SQS writes it.
func event(batch int, messages []message) any {
	var records []any
	for i, m := range messages {
		records = append(records, map[string]any{
			"messageId": fmt.Sprintf("message-%d-%d", batch, i), "receiptHandle": "handle", "body": m.body,
			"attributes": map[string]string{"ApproximateReceiveCount": fmt.Sprint(m.receives)}, "eventSource": "aws:sqs",
		})
	}
	return map[string]any{"Records": records}
}
