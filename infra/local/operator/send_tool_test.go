package operator_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
)

// toolProcess is a run of the tool.
type toolProcess struct {
	command        *exec.Cmd
	stdout, stderr bytes.Buffer
}

// toolResult is what a run of the tool came to; status is -1 if it was killed.
type toolResult struct {
	status         int
	stdout, stderr string
}

// startTool starts the tool with that environment only, so that nothing of the
// developer's own reaches it. It's killed at the test's end at the latest.
func startTool(t *testing.T, environment []string, input string, args ...string) *toolProcess {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	p := &toolProcess{command: exec.CommandContext(ctx, tool, args...)}
	p.command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, environment...)
	p.command.Stdin = strings.NewReader(input)
	p.command.Stdout, p.command.Stderr = &p.stdout, &p.stderr
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *toolProcess) kill(t *testing.T) { p.signal(t, syscall.SIGKILL) }

func (p *toolProcess) interrupt(t *testing.T) { p.signal(t, os.Interrupt) }

func (p *toolProcess) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.command.Process.Signal(s); err != nil {
		t.Error(err)
	}
}

func (p *toolProcess) wait(t *testing.T) toolResult {
	t.Helper()
	_ = p.command.Wait() // its state says how it ended
	return toolResult{p.command.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String()}
}

func runTool(t *testing.T, environment []string, input string, args ...string) toolResult {
	t.Helper()
	return startTool(t, environment, input, args...).wait(t)
}

// depth is how many messages a queue has, hidden ones included.
func depth(t *testing.T, server *fauxqs.Server, queueURL string) int {
	t.Helper()
	d, err := server.Depth(t.Context(), queueURL)
	if err != nil {
		t.Fatal(err)
	}
	return d.Ready + d.InFlight
}

// waitDepth waits until a queue has n messages.
func waitDepth(t *testing.T, server *fauxqs.Server, queueURL string, n int) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); depth(t, server, queueURL) < n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s has %d messages, waited for %d", queueURL, depth(t, server, queueURL), n)
		}
	}
}

// takeAll takes all messages out of a queue and gives their bodies.
func takeAll(t *testing.T, server *fauxqs.Server, queueURL string) (bodies []string) {
	t.Helper()
	for {
		out, err := server.SQS().ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queueURL, MaxNumberOfMessages: 10})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return bodies
		}
		for _, m := range out.Messages {
			bodies = append(bodies, aws.ToString(m.Body))
			if _, err := server.SQS().DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &queueURL, ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
