package operator_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
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

// newQueues makes the system's queues, and nothing that empties them.
func newQueues(t *testing.T) fauxqs.System {
	t.Helper()
	system, err := server.CreateSystem(t.Context(), fauxqs.SystemOptions{Name: fmt.Sprint("queues-", made.Add(1))})
	if err != nil {
		t.Fatal(err)
	}
	return system
}

var made atomic.Int64

// queuesEnvironment is the environment of a tool that has queues and a topic only.
func queuesEnvironment(system fauxqs.System) []string {
	return []string{
		"AWS_ENDPOINT_URL_SQS=" + server.URL(), "AWS_ENDPOINT_URL_SNS=" + server.URL(),
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_REGION=us-east-1", "ACCOUNT_ID=" + fauxqs.Account,
		"HOMES_BUCKET=" + homesBucket,
		"QUEUE_URL=" + system.QueueURL, "DEAD_LETTER_QUEUE_URL=" + system.DeadLetterURL, "OUTCOME_TOPIC_ARN=" + system.TopicARN,
	}
}

// depth is how many messages a queue has, hidden ones included.
func depth(t *testing.T, queueURL string) int {
	t.Helper()
	d, err := server.Depth(t.Context(), queueURL)
	if err != nil {
		t.Fatal(err)
	}
	return d.Ready + d.InFlight
}

// waitDepth waits until a queue has n messages.
func waitDepth(t *testing.T, queueURL string, n int) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); depth(t, queueURL) < n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s has %d messages, waited for %d", queueURL, depth(t, queueURL), n)
		}
	}
}

// takeAll takes all messages out of a queue and gives their bodies.
func takeAll(t *testing.T, queueURL string) (bodies []string) {
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
