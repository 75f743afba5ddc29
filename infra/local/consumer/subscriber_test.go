package consumer

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// environment is this process's with the local system's and more over it.
func environment(more ...string) []string {
	env := os.Environ()
	for _, v := range sys.Environment() {
		env = append(env, v.Name+"="+v.Value)
	}
	return append(env, more...)
}

// TestTheSubscribersTellEachOrganizationsBucket runs the programs that consumers may begin
// with, on the outcomes of a signup and of what may follow it.
func TestTheSubscribersTellEachOrganizationsBucket(t *testing.T) {
	for name, program := range map[string]func(*testing.T) []string{
		"go": func(t *testing.T) []string {
			to := filepath.Join(t.TempDir(), "subscriber")
			build := exec.Command("go", "-C", filepath.Dir(docs), "build", "-trimpath", "-o", to, "./docs/examples/subscriber")
			if said, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, said)
			}
			return []string{to}
		},
		"python": func(t *testing.T) []string {
			if said, err := exec.Command("python3", "-c", "import boto3").CombinedOutput(); err != nil {
				t.Skipf("*** NOT TRIED: docs/examples/subscriber.py, since python3 or boto3 is missing (pip install boto3): %v %s", err, said)
			}
			return []string{"python3", filepath.Join(docs, "examples", "subscriber.py")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			url := queue(t, "subscriber-"+name, map[string]string{"RawMessageDelivery": "true"})
			said := start(t, program(t), "OUTCOMES_QUEUE_URL="+url)

			id := "shop" + name
			must(sys.S3.CreateUser(t.Context(), "rms_"+id))(t)
			must(sys.Send(t.Context(), `{"orgId":"`+id+`"}`))(t)
			expect(t, said, "ready "+id+" fusion-rms-"+id)
			must(sys.Send(t.Context(), `{"orgId":"Shop"}`))(t)
			expect(t, said, "failed - InvalidOrganizationID")

			examples := outcomes(t)
			publish(t, examples["failed-ClientUserNotFound"])
			expect(t, said, "failed xmsqa1 ClientUserNotFound")
			publish(t, examples["created-alternative-name"])
			expect(t, said, "ready xmsqa1 fusion-rms-xmsqa1-935799716578-us-east-1-an")
			publish(t, examples["failed-Throttled"]) // late, and ready wins
			publish(t, examples["failed-MalformedMessage"])
			expect(t, said, "failed - MalformedMessage")
		})
	}
}

// start starts a program, which ends with the test, and returns the lines that it prints.
func start(t *testing.T, program []string, env ...string) <-chan string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	command := exec.CommandContext(ctx, program[0], program[1:]...)
	command.Env, command.Stderr = environment(env...), t.Output()
	output := must(command.StdoutPipe())(t)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 100)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for scanner := bufio.NewScanner(output); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	t.Cleanup(func() { stop(); <-read; _ = command.Wait() }) // killed
	return lines
}

func expect(t *testing.T, lines <-chan string, want string) {
	t.Helper()
	select {
	case line := <-lines:
		if line != want {
			t.Errorf("it says %q, want %q", line, want)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("it never said %q", want)
	}
}

// TestTheCommandsThatSubscribeWork runs the block of contracts.md as it stands there.
func TestTheCommandsThatSubscribeWork(t *testing.T) {
	for _, needed := range []string{"aws", "jq"} {
		if said, err := exec.Command(needed, "--version").CombinedOutput(); err != nil {
			t.Skipf("*** NOT TRIED: the commands of docs/contracts.md, since %s is missing: %v %s", needed, err, said)
		}
	}
	page := string(must(os.ReadFile(filepath.Join(docs, "contracts.md")))(t))
	_, block, found := strings.Cut(page, "```\nOUTCOMES_QUEUE_URL=")
	if !found {
		t.Fatal("contracts.md has no block that makes a queue")
	}
	block, _, _ = strings.Cut(block, "```")
	// Version 1 of the aws command takes no endpoint of SQS from the environment.
	const before = `aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL_SQS" "$@"; }` + "\nOUTCOMES_QUEUE_URL="
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", before+block+"\necho \"url $OUTCOMES_QUEUE_URL\"")
	shell.Dir, shell.Env = filepath.Dir(docs), environment("TMPDIR="+t.TempDir())
	said, err := shell.CombinedOutput()
	_, url, _ := strings.Cut(string(said), "url ")
	if err != nil || url == "" {
		t.Fatalf("%v\n%s", err, said)
	}
	publish(t, outcomes(t)["created"])
	publish(t, outcomes(t)["failed-Throttled"])
	got := received(t, strings.TrimSpace(url))
	if len(got) != 2 || !strings.HasPrefix(got[0], `{`) || strings.Contains(got[0], `"Message"`) {
		t.Errorf("the queue got %q", got)
	}
}
