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
	answer, err := b.Handle(ctx, event)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// readEvent reads an SQS event. Its records may be none: a deployment calls the
// function so to see that it starts.
func readEvent(payload []byte) (event events.SQSEvent, err error) {
	const expected = `expected an SQS event, {"Records":[…]} with records of eventSource "` + eventSource + `"; send messages to the queue instead`
	o, err := rawjson.Parse(payload)
	if err != nil {
		return events.SQSEvent{}, fmt.Errorf("the payload %w; %s", err, expected)
	}
	records, ok := o.Get("Records")
	if !ok {
		return events.SQSEvent{}, fmt.Errorf("the payload is an object with %s; %s", keys(o), expected)
	}
	var found []rawjson.Object
	if found, ok = objects(records); !ok {
		return events.SQSEvent{}, fmt.Errorf(`the payload's "Records" isn't a list of objects; %s`, expected)
	}
	for i, r := range found {
		if source := sourceOf(r); source != eventSource {
			return events.SQSEvent{}, fmt.Errorf("record %d of the payload is of eventSource %+.60q; %s", i+1, source, expected)
		}
	}
	if err := json.Unmarshal(payload, &event); err != nil {
		return events.SQSEvent{}, fmt.Errorf("the payload's records can't be read: %w; %s", err, expected)
	}
	return event, nil
}

// objects reads a list of objects.
func objects(list json.RawMessage) (all []rawjson.Object, ok bool) {
	var items []json.RawMessage
	if json.Unmarshal(list, &items) != nil || items == nil {
		return nil, false
	}
	for _, item := range items {
		o, err := rawjson.Parse(item)
		if err != nil {
			return nil, false
		}
		all = append(all, o)
	}
	return all, true
}

// sourceOf returns the service that a record names as its source. SNS writes the key
// as "EventSource" (https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html).
func sourceOf(record rawjson.Object) string {
	for _, key := range []string{"eventSource", "EventSource"} {
		if value, ok := record.Get(key); ok {
			source, _ := rawjson.Text(value)
			return source
		}
	}
	return ""
}

// keys lists the first keys of an object. Their values may be secrets.
func keys(o rawjson.Object) string {
	const most = 8
	if len(o) == 0 {
		return "no keys"
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
