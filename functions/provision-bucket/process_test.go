package main

import (
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

const account = functiontest.Account

// bootstrap is the function, compiled once as make build does, for this machine.
var bootstrap string

func TestMain(m *testing.M) {
	os.Exit(withBootstrap(m.Run))
}

func withBootstrap(run func() int) int {
	dir, err := os.MkdirTemp("", "provision-bucket")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	bootstrap = filepath.Join(dir, "bootstrap")
	cmd := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc,nethttpomithttp2", "-ldflags", "-s -w", "-buildvcs=false", "-o", bootstrap, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the function: %v\n%s", err, out)
		return 1
	}
	return run()
}

func TestABadDeploymentSaysAllThatIsWrongAndStops(t *testing.T) {
	cmd := exec.Command(bootstrap)
	cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=127.0.0.1:1", "AWS_LAMBDA_LOG_FORMAT=JSON", "MAX_RECEIVE_COUNT=none", "CLIENT_ACCOUNT_ID=me", "BUCKET_PREFIX=BAD", "S3_USE_PATH_STYLE=perhaps", "AWS_SECRET_ACCESS_KEY=hush"}
	out, err := cmd.Output()
	if err == nil {
		t.Error("the function started")
	}
	var line struct{ Level, Message, Error string }
	if err := json.Unmarshal(bytes.TrimSpace(out), &line); err != nil {
		t.Fatalf("not one JSON line: %v\n%s", err, out)
	}
	for _, name := range []string{"OUTCOME_TOPIC_ARN", "QUEUE_URL", "MAX_RECEIVE_COUNT", "ACCOUNT_ID", "AWS_REGION", "S3_USE_PATH_STYLE", "AWS_ACCESS_KEY_ID", "CLIENT_ACCOUNT_ID", "BUCKET_PREFIX"} {
		if !strings.Contains(line.Error, name) {
			t.Errorf("%s isn't mentioned in %q", name, line.Error)
		}
	}
	if line.Level != "ERROR" || strings.Contains(string(out), "hush") {
		t.Errorf("line %s", out)
	}
}

// runtimeAPI hands out one event and takes the answer
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
type runtimeAPI struct {
	event  []byte
	answer chan []byte
	given  atomic.Bool
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/next") {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		a.answer <- body
		return
	}
	if a.given.Swap(true) {
		<-r.Context().Done()
		return
	}
	w.Header().Set("Lambda-Runtime-Aws-Request-Id", "00000000-0000-0000-0000-000000000001")
	w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(30*time.Second).UnixMilli()))
	w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:935799716578:function:f")
	_, _ = w.Write(a.event)
}

func TestTheCompiledFunctionAnswersTheRuntimeAPI(t *testing.T) {
	store, messaging := s3fake.New(account), &functiontest.Messaging{}
	store.AddUser("arn:aws:iam::" + account + ":user/rms_xmsqa1")
	store.Put(functiontest.HomesBucket, s3fake.Bucket{})
	s3, other := httptest.NewServer(store), httptest.NewServer(messaging)
	defer s3.Close()
	defer other.Close()
	event := `{"Records":[
	  {"messageId":"good","receiptHandle":"h1","body":"{\"orgId\":\"xmsqa1\"}","attributes":{"ApproximateReceiveCount":"1"},"eventSource":"aws:sqs"},
	  {"messageId":"poison","receiptHandle":"h2","body":"{\"orgId\":\"XMSQA1\"}","attributes":{"ApproximateReceiveCount":"5"},"eventSource":"aws:sqs"}]}`
	api := &runtimeAPI{event: []byte(event), answer: make(chan []byte, 1)}
	runtime := httptest.NewServer(api)
	defer runtime.Close()

	cmd := exec.Command(bootstrap)
	cmd.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(runtime.URL, "http://"), "AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_FUNCTION_NAME=f",
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=function", "AWS_SECRET_ACCESS_KEY=hush", "ACCOUNT_ID=" + account,
		"OUTCOME_TOPIC_ARN=arn:aws:sns:us-east-1:935799716578:outcomes", "QUEUE_URL=" + other.URL + "/queue", "MAX_RECEIVE_COUNT=5", "HOMES_BUCKET=" + functiontest.HomesBucket,
		"AWS_ENDPOINT_URL=" + other.URL, "AWS_ENDPOINT_URL_S3=" + s3.URL,
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed, so its error is known
	}()
	select {
	case answer := <-api.answer:
		if string(answer) != `{"batchItemFailures":[{"itemIdentifier":"poison"}]}` {
			t.Errorf("answer %s", answer)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("no answer")
	}
	if names := store.Names(); len(names) != 2 || names[0] != "fusion-rms-xmsqa1" || !store.AnonymousCanRead(names[0], "pub/x") {
		t.Errorf("buckets %v", names)
	}
	statuses := map[string]bool{}
	for _, p := range messaging.Published() {
		statuses[p.Attributes["status"]] = true
	}
	if !statuses["created"] || !statuses["failed"] || len(messaging.Published()) != 2 {
		t.Errorf("outcomes %v", messaging.Published())
	}
	lines := bufio.NewScanner(stdout)
	for range 2 {
		lines.Scan()
		var line map[string]any
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line["message"] != "record" || line["requestId"] == nil {
			t.Errorf("log line %s (%v)", lines.Text(), err)
		}
		if strings.Contains(lines.Text(), "hush") {
			t.Error("a secret was logged")
		}
	}
}

func TestTheDeployedBinaryIsStaticAndSmall(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "provision-bucket", "bootstrap")
	cmd := exec.Command("make", "-s", "-C", "../..", "build", "OUT="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make build: %v\n%s", err, out)
	}
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if file.Machine != elf.EM_AARCH64 {
		t.Errorf("it's for %s, want arm64", file.Machine)
	}
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("it isn't static: it has a segment %s", p.Type)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", info.Size())
	if most := int64(11_000_000); info.Size() >= most {
		t.Errorf("%d bytes, at most %d are allowed", info.Size(), most)
	}
}
