// Package consumer tries what consumers of outcomes are given (docs/contracts.md,
// docs/examples) on the system on one machine.
package consumer

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// docs and the others are found before any server changes the working directory.
var docs, bootstrap, nodeModules string

// sys is the running system. Each test has queues of its own.
var sys *system.System

func TestMain(m *testing.M) { os.Exit(withSystem(m.Run)) }

func withSystem(run func() int) (code int) {
	dir, err := os.MkdirTemp("", "orgbucket-function-")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		bootstrap, err = compiled.Function(dir)
	}
	if err == nil {
		nodeModules, err = compiled.NodeModules()
	}
	if err == nil {
		docs, err = filepath.Abs("../../../docs")
	}
	if err == nil {
		sys, err = system.Start(context.Background(), system.Options{Bootstrap: bootstrap, NodeModules: nodeModules})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := sys.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	return run()
}

// must returns the value of a call that has to succeed.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// example reads a file of docs/examples.
func example(t *testing.T, name string) string {
	t.Helper()
	return string(must(os.ReadFile(filepath.Join(docs, "examples", name)))(t))
}

// outcomes are all examples of outcomes, on one line each, by their files' names.
func outcomes(t *testing.T) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for _, path := range must(filepath.Glob(filepath.Join(docs, "examples", "outcomes", "*.json")))(t) {
		var outcome map[string]any
		if err := json.Unmarshal(must(os.ReadFile(path))(t), &outcome); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".json")] = outcome
	}
	if len(all) < 30 {
		t.Fatalf("there are %d examples only", len(all))
	}
	return all
}

// topic returns a client of the outcome topic's service.
func topic() *sns.Client {
	url := sys.Messaging.URL()
	return sns.New(sns.Options{BaseEndpoint: &url, Region: sys.Naming.Region, Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")})
}

// publish publishes an outcome with the attributes that contracts.md promises: they
// repeat four of its values.
func publish(t *testing.T, outcome map[string]any) {
	t.Helper()
	values := map[string]any{"type": outcome["type"], "status": outcome["status"], "orgId": outcome["orgId"]}
	if source, ok := outcome["source"].(map[string]any); ok {
		values["correlationId"] = source["correlationId"]
	}
	in := &sns.PublishInput{TopicArn: &sys.Queues.TopicARN, Message: aws.String(string(must(json.Marshal(outcome))(t))), MessageAttributes: map[string]types.MessageAttributeValue{}}
	for name, value := range values {
		if text, ok := value.(string); ok {
			in.MessageAttributes[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &text}
		}
	}
	must(topic().Publish(t.Context(), in))(t)
}

// queue makes a queue that is subscribed to the outcomes, and returns its URL.
func queue(t *testing.T, name string, attributes map[string]string) string {
	t.Helper()
	client := sys.Messaging.SQS()
	url := *must(client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name}))(t).QueueUrl
	described := must(client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{"QueueArn"}}))(t)
	arn := described.Attributes["QueueArn"]
	subscription := must(topic().Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &sys.Queues.TopicARN, Protocol: aws.String("sqs"), Endpoint: &arn, Attributes: attributes, ReturnSubscriptionArn: true,
	}))(t)
	t.Cleanup(func() {
		_, err := topic().Unsubscribe(context.Background(), &sns.UnsubscribeInput{SubscriptionArn: subscription.SubscriptionArn})
		must("", err)(t)
	})
	return url
}

// received takes everything out of a queue.
func received(t *testing.T, url string) (bodies []string) {
	t.Helper()
	client := sys.Messaging.SQS()
	for {
		out := must(client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10}))(t)
		if len(out.Messages) == 0 {
			return bodies
		}
		for _, m := range out.Messages {
			bodies = append(bodies, *m.Body)
			must(client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}))(t)
		}
	}
}
