package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/fusionpos/orgbucket/infra/local/story"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// up starts the system and stays until ctx ends, which is its good end. Lines of
// in are sent as messages or carried out; the end of in changes nothing.
func up(ctx context.Context, o settings, out *story.Screen, in io.Reader) (ok bool, err error) {
	sys, err := start(ctx, o, out)
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
	go obey(following, sys, out, in)
	select {
	case <-ctx.Done():
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
		if r.Status == "retried" {
			out.ComesAgain(r)
		}
	})
	go sys.DeadLetters(ctx, func(d system.DeadLetter) { out.DeadLetter(d) })
}

// explain prints all that is needed to use the system from another terminal.
func explain(sys *system.System, out *story.Screen, environment string) {
	out.Title("In another terminal, for orgbucket and the aws command (it has the account's own keys)")
	out.Text("  . " + environment)
	out.Text("  # S3 requests must be path-style, which the aws command uses by itself for an IP address.")
	out.Title("To send a message")
	out.Text(`  aws iam create-user --user-name rms_cafe1     # signup does this first
  # Version 1 of the aws command needs the option --endpoint-url for queues.
  aws sqs send-message --endpoint-url "$AWS_ENDPOINT_URL_SQS" --queue-url "$QUEUE_URL" \
    --message-body '{"orgId":"cafe1"}'

  # Without the aws command; signatures aren't checked here:
  curl -s "$AWS_ENDPOINT_URL_SQS" -H 'X-Amz-Target: AmazonSQS.SendMessage' \
    -H 'Content-Type: application/x-amz-json-1.0' \
    -d '{"QueueUrl":"'"$QUEUE_URL"'","MessageBody":"{\"orgId\":\"cafe1\"}"}'`)
	out.Title("To type here")
	out.Text("  cafe1              an organization's id, or a whole message as JSON, is sent")
	for _, o := range orders {
		out.Text(fmt.Sprintf("  %-18s %s", o.name+" "+o.arg, o.does))
	}
	out.Title("The operators' tool")
	out.Text("  dist/orgbucket dead-letters list      # what failed, and why it would fail now\n  dist/orgbucket --help")
	out.Title("Outcomes, as they come (Ctrl-C stops everything)")
}
