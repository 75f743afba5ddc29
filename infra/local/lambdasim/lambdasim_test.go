package lambdasim_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
)

// start returns a function with the role that this test binary plays in it; options may change the rest.
func start(t *testing.T, role string, options ...func(*lambdasim.Options)) *lambdasim.Function {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o := lambdasim.Options{
		Bootstrap: executable, FunctionName: "provision-bucket", Timeout: 10 * time.Second,
		Env: map[string]string{roleVariable: role},
	}
	for _, option := range options {
		option(&o)
	}
	f, err := lambdasim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func invoke(t *testing.T, f *lambdasim.Function, event string) lambdasim.Result {
	t.Helper()
	result, err := f.Invoke(t.Context(), []byte(event))
	if err != nil {
		t.Fatalf("invoke %q: %v", event, err)
	}
	return result
}

func pidOf(t *testing.T, f *lambdasim.Function, event string) int {
	t.Helper()
	pid, err := strconv.Atoi(string(invoke(t, f, event).Payload))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestAWarmProcessIsUsedAgain(t *testing.T) {
	f := start(t, "function")
	first, second := invoke(t, f, "pid"), invoke(t, f, "pid")
	if !first.ColdStart || second.ColdStart {
		t.Errorf("cold starts: %v, %v; want only the first", first.ColdStart, second.ColdStart)
	}
	if !bytes.Equal(first.Payload, second.Payload) || first.RequestID == second.RequestID {
		t.Errorf("processes %s and %s, requests %s and %s", first.Payload, second.Payload, first.RequestID, second.RequestID)
	}
}

func TestAnEventAndAnAnswerOfAMebibytePassByteForByte(t *testing.T) {
	f := start(t, "function")
	event := bytes.Repeat([]byte("\"é\x00\n\\"), 1<<20/6)
	result, err := f.Invoke(t.Context(), event)
	if err != nil || !bytes.Equal(result.Payload, event) {
		t.Fatalf("%d bytes came back of %d (%v)", len(result.Payload), len(event), err)
	}
	if _, err := f.Invoke(t.Context(), make([]byte, lambdasim.MaxPayloadBytes+1)); !errors.Is(err, lambdasim.ErrPayloadTooLarge) {
		t.Errorf("a larger event than Lambda takes: %v", err)
	}
}

func TestTheProcessSeesOnlyWhatLambdaGivesIt(t *testing.T) {
	t.Setenv("FROM_THE_SHELL", "1")
	f := start(t, "function", func(o *lambdasim.Options) { o.Env["OUTCOME_TOPIC_ARN"] = "arn:x" })
	var environ, names []string
	if err := json.Unmarshal(invoke(t, f, "environ").Payload, &environ); err != nil {
		t.Fatal(err)
	}
	for _, line := range environ {
		name, _, _ := strings.Cut(line, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_LOG_FORMAT",
		"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_LEVEL", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION",
		"LAMBDASIM_TEST_ROLE", "LAMBDA_TASK_ROOT", "OUTCOME_TOPIC_ARN", "TZ", "_HANDLER",
		"_X_AMZN_TRACE_ID", // set by the runtime client itself
	}
	if !slices.Equal(names, want) {
		t.Errorf("variables %v\nwant      %v", names, want)
	}
}

func TestAnInvocationKnowsItsRequestFunctionAndDeadline(t *testing.T) {
	f := start(t, "function")
	result := invoke(t, f, "context")
	var got []string
	if err := json.Unmarshal(result.Payload, &got); err != nil {
		t.Fatal(err)
	}
	left, err := time.ParseDuration(got[2])
	if err != nil || left > 10*time.Second || left < 5*time.Second {
		t.Errorf("%v left of 10 s (%v)", left, err)
	}
	if got[0] != result.RequestID || got[1] != "arn:aws:lambda:us-east-1:000000000000:function:provision-bucket" {
		t.Errorf("request %s of %s, function %s", got[0], result.RequestID, got[1])
	}
}

func TestReservedVariablesAreRefused(t *testing.T) {
	_, err := lambdasim.New(lambdasim.Options{Bootstrap: "bootstrap", Env: map[string]string{"AWS_REGION": "x", "TZ": "y"}})
	if err == nil || !strings.Contains(err.Error(), "AWS_REGION, TZ") {
		t.Errorf("got %v", err)
	}
}

func TestNoMoreProcessesRunThanTheConcurrencyAllows(t *testing.T) {
	f := start(t, "function", func(o *lambdasim.Options) { o.Concurrency = 2 })
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if _, err := f.Invoke(t.Context(), []byte("sleep 60ms")); err != nil {
				t.Error(err)
			}
			if n := f.Processes(); n > 2 {
				t.Errorf("%d processes", n)
			}
		})
	}
	calls.Wait()
	if n := f.Processes(); n != 2 {
		t.Errorf("%d processes at the end, want 2", n)
	}
}
