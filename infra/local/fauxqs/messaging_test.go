package fauxqs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
	"github.com/fusionpos/orgbucket/infra/local/processtest"
)

const nodeModules = "../node_modules"

func start(t *testing.T) *fauxqs.Server {
	t.Helper()
	server, err := fauxqs.Start(t.Context(), fauxqs.Options{Region: "eu-central-1", NodeModules: nodeModules, Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server
}

func createSystem(t *testing.T, server *fauxqs.Server, o fauxqs.SystemOptions) fauxqs.System {
	t.Helper()
	system, err := server.CreateSystem(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return system
}

func send(t *testing.T, server *fauxqs.Server, queueURL, body string) {
	t.Helper()
	if _, err := server.SQS().SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &queueURL, MessageBody: &body}); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, server *fauxqs.Server, queueURL string) []types.Message {
	t.Helper()
	out, err := server.SQS().ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &queueURL, MaxNumberOfMessages: 10, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Messages
}

func TestASystemHasItsQueuesAndTopicInTheRegionAndAccount(t *testing.T) {
	server := start(t)
	system := createSystem(t, server, fauxqs.SystemOptions{Name: "organizations", VisibilityTimeout: 7 * time.Second, MaxReceiveCount: 3})
	want := fauxqs.System{
		QueueURL:        server.URL() + "/000000000000/organizations",
		QueueARN:        "arn:aws:sqs:eu-central-1:000000000000:organizations",
		DeadLetterURL:   server.URL() + "/000000000000/organizations-dead-letters",
		DeadLetterARN:   "arn:aws:sqs:eu-central-1:000000000000:organizations-dead-letters",
		TopicARN:        "arn:aws:sns:eu-central-1:000000000000:organizations-outcomes",
		OutcomesURL:     server.URL() + "/000000000000/organizations-outcomes",
		OutcomesARN:     "arn:aws:sqs:eu-central-1:000000000000:organizations-outcomes",
		MaxReceiveCount: 3,
	}
	if system != want {
		t.Errorf("got  %+v\nwant %+v", system, want)
	}
	if !strings.HasPrefix(server.URL(), "http://127.0.0.1:") {
		t.Errorf("listens at %s", server.URL())
	}
}

func TestAMessageOfAMebibytePassesAndOneByteMoreIsRefused(t *testing.T) {
	server := start(t)
	system := createSystem(t, server, fauxqs.SystemOptions{Name: "q"})
	body := strings.Repeat("\"é\n\\", 1<<20/5)
	body += strings.Repeat("x", 1<<20-len(body))
	send(t, server, system.QueueURL, body)
	if got := receive(t, server, system.QueueURL); len(got) != 1 || *got[0].Body != body {
		t.Errorf("%d messages, or another body", len(got))
	}
	longer := body + "x"
	if _, err := server.SQS().SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &system.QueueURL, MessageBody: &longer}); err == nil {
		t.Error("a longer message was taken")
	}
}

func TestAPollAfterTheLastReceiveMovesAMessageToTheDeadLetterQueue(t *testing.T) {
	server := start(t)
	system := createSystem(t, server, fauxqs.SystemOptions{Name: "q", MaxReceiveCount: 2})
	send(t, server, system.QueueURL, "poison")
	for range 2 {
		got := receive(t, server, system.QueueURL)
		if len(got) != 1 {
			t.Fatalf("%d messages", len(got))
		}
		_, err := server.SQS().ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &system.QueueURL, ReceiptHandle: got[0].ReceiptHandle, VisibilityTimeout: 0,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if depth, err := server.Depth(t.Context(), system.QueueURL); err != nil || depth != (fauxqs.Depth{Ready: 1}) {
		t.Errorf("before the next poll: %+v (%v)", depth, err)
	}
	if got := receive(t, server, system.QueueURL); len(got) != 0 {
		t.Errorf("received once more: %v", got)
	}
	if depth, err := server.Depth(t.Context(), system.DeadLetterURL); err != nil || depth != (fauxqs.Depth{Ready: 1}) {
		t.Errorf("in the dead-letter queue: %+v (%v)", depth, err)
	}
}

func TestOutcomesComeWithTheirAttributesAndOnce(t *testing.T) {
	server := start(t)
	system := createSystem(t, server, fauxqs.SystemOptions{Name: "q"})
	ctx, stop := context.WithCancel(t.Context())
	outcomes, ended := make(chan fauxqs.Outcome, 10), make(chan error, 1)
	go func() {
		ended <- server.ReadOutcomes(ctx, system.OutcomesURL, func(o fauxqs.Outcome) { outcomes <- o })
	}()
	text := func(value string) snstypes.MessageAttributeValue {
		return snstypes.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
	}
	_, err := server.SNS().Publish(t.Context(), &sns.PublishInput{
		TopicArn: &system.TopicARN, Message: aws.String(`{"orgId":"é"}`),
		MessageAttributes: map[string]snstypes.MessageAttributeValue{"type": text("T"), "status": text("created"), "orgId": text("xmsqa1")},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := <-outcomes
	if got.Attributes["type"] != "T" || got.Attributes["status"] != "created" || got.Attributes["orgId"] != "xmsqa1" || string(got.Body) != `{"orgId":"é"}` {
		t.Errorf("got %+v", got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if depth, _ := server.Depth(t.Context(), system.OutcomesURL); depth != (fauxqs.Depth{}) || len(outcomes) != 0 {
		t.Errorf("left: %+v", depth)
	}
}

func TestAMissingInstallationSaysWhatToDo(t *testing.T) {
	_, err := fauxqs.Start(t.Context(), fauxqs.Options{NodeModules: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "npm ci --prefix infra/local") {
		t.Errorf("got %v", err)
	}
}

func TestTheServerIsGoneAfterClose(t *testing.T) {
	server := start(t)
	pid := server.Pid()
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if !processtest.Gone(pid) {
		t.Errorf("process %d is still there", pid)
	}
	<-server.Done()
}
