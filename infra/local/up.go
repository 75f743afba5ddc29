package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/story"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// deployedReceives is how often a stage's message is received before it is a dead letter.
const deployedReceives = 5

// up starts the system and stays until ctx ends or quit is typed, which is its good end.
// Lines of in are sent as messages or carried out; the end of in changes nothing.
func up(ctx context.Context, o settings, out *story.Screen, in io.Reader) (ok bool, err error) {
	sys, err := start(ctx, o, out, deployedReceives)
	if err != nil {
		return false, err
	}
	defer func() {
		if closing := sys.Close(); closing != nil {
			ok, err = false, errors.Join(err, fmt.Errorf("stop the local system: %w", closing))
		}
		if ok {
			out.Text("Stopped; nothing is left.")
		}
	}()
	file, err := writeEnvironment(o.environment, sys.Environment())
	if err != nil {
		return false, err
	}
	defer file.remove()
	explain(sys, out, o.environment)
	following, stop := context.WithCancel(ctx)
	defer stop()
	follow(following, sys, out)
	go func() {
		if obey(following, sys, out, in) {
			stop()
		}
	}()
	select {
	case <-following.Done():
		out.Text("\nStopping …")
		return true, nil
	case <-sys.Messaging.Done():
		return false, errors.New("the SQS and SNS server ended by itself")
	}
}

// follow prints what becomes of messages as it happens, until ctx ends.
func follow(ctx context.Context, sys *system.System, out *story.Screen) {
	go sys.Outcomes(ctx, func(o system.Outcome) {
		var more []string
		if o.Error != nil {
			more = []string{"what to do: " + o.Error.Hint}
		}
		out.Outcome(o, o.At.Format("15:04:05"), more...)
	})
	go sys.Records(ctx, func(r system.Record) {
		if r.Status == "retried" || r.Status == "failed" && !r.Announced {
			out.ComesAgain(r)
		}
	})
	go sys.DeadLetters(ctx, func(d system.DeadLetter) { out.DeadLetter(d) })
}

// explain prints all that is needed to use the system from another terminal.
func explain(sys *system.System, out *story.Screen, environment string) {
	out.Title("In another terminal, for orgbucket and the aws command")
	out.Command(". "+environment, "it has the account's own keys")
	out.Title("To send a message from there")
	out.Command("aws iam create-user --user-name rms_cafe1", "signup does this first")
	out.Command(`aws sqs send-message --endpoint-url "$AWS_ENDPOINT_URL_SQS" \
    --queue-url "$QUEUE_URL" --message-body '{"orgId":"cafe1"}'`, "only version 1 of the command needs the endpoint")
	out.Command(`curl -s "$AWS_ENDPOINT_URL_SQS" -H 'X-Amz-Target: AmazonSQS.SendMessage' \
    -H 'Content-Type: application/x-amz-json-1.0' \
    -d '{"QueueUrl":"'"$QUEUE_URL"'","MessageBody":"{\"orgId\":\"cafe1\"}"}'`, "the same without the aws command; signatures aren't checked here")
	out.Title("The operators' tool there")
	out.Command("dist/orgbucket dead-letters list", "what failed, and why it would fail now")
	out.Title("To type here")
	explainOrders(out)
	out.Title("Outcomes, as they come (Ctrl-C stops everything)")
}

// explainOrders prints what can be typed.
func explainOrders(out *story.Screen) {
	out.Entry("cafe1", "an organization's id, or a whole message as JSON, is sent")
	for _, o := range orders() {
		out.Entry(strings.TrimSpace(o.name+" "+o.arg), o.does)
	}
}
