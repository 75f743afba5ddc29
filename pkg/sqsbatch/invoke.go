package sqsbatch

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// eventSource is the source of SQS's records
// (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).
const eventSource = "aws:sqs"

// Invoke handles the payload of an invocation. It implements lambda.Handler. A payload
// that isn't an SQS event is an error, which is logged too: aws-lambda-go would decode
// any object into an empty batch, and nobody would notice that it was lost.
func (b *Batch) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	event, err := readEvent(payload)
	if err != nil {
		b.log.ErrorContext(ctx, "invocation refused", slog.String("error", err.Error()))
		return nil, err
	}
	return json.Marshal(b.Handle(ctx, event))
}

// readEvent reads an SQS event. Its records may be none: a deployment calls the
// function so to see that it starts. SNS writes a record's source as "EventSource"
// (https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html), which is read, too: to
// encoding/json a key's case doesn't matter.
func readEvent(payload []byte) (event events.SQSEvent, err error) {
	const expected = `expected an SQS event, {"Records":[…]} with records of eventSource "` + eventSource + `"; send messages to the queue instead`
	if err := json.Unmarshal(payload, &event); err != nil {
		return events.SQSEvent{}, fmt.Errorf("the payload can't be read: %w; %s", err, expected)
	}
	if event.Records == nil {
		return events.SQSEvent{}, fmt.Errorf(`the payload has no list of "Records", but %s; %s`, keys(payload), expected)
	}
	for i, r := range event.Records {
		if r.EventSource != eventSource {
			return events.SQSEvent{}, fmt.Errorf("record %d of the payload is of eventSource %+.60q; %s", i+1, r.EventSource, expected)
		}
	}
	return event, nil
}

// keys lists the first keys of a payload. Their values may be secrets.
func keys(payload []byte) string {
	const most = 8
	o, _ := rawjson.Parse(payload)
	if len(o) == 0 { // or it is null
		return "no other keys"
	}
	var names []string
	for i, m := range o {
		if i == most {
			names = append(names, "…")
			break
		}
		names = append(names, fmt.Sprintf("%+.40q", m.Key))
	}
	return "the keys " + strings.Join(names, ", ")
}
