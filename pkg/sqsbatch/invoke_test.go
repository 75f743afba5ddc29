package sqsbatch

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/provision"
)

// none handles deliveries and counts them.
type none struct{ handled int }

func (n *none) Handle(context.Context, provision.Delivery) provision.Report {
	n.handled++
	return provision.Report{}
}

func TestWhatIsNoSQSEventIsAnErrorAndALine(t *testing.T) {
	for name, c := range map[string]struct{ payload, says string }{
		"a direct invocation":     {`{"orgId":"x"}`, `no list of "Records", but the keys "orgId"; expected`},
		"an EventBridge event":    {`{"version":"0","detail-type":"OrganizationCreated","detail":{"orgId":"x"}}`, `"detail-type"`},
		"an empty object":         {`{}`, `no other keys`},
		"null":                    {`null`, `no other keys`},
		"a list":                  {`[]`, `array`},
		"nothing":                 {``, `unexpected end of JSON`},
		"records that are null":   {`{"Records":null}`, `no list of "Records"`},
		"records of Kafka":        {`{"eventSource":"aws:kafka","records":{"t-0":[]}}`, `object`},
		"records that are texts":  {`{"Records":["x"]}`, `string`},
		"records that are nulls":  {`{"Records":[null]}`, `eventSource ""`},
		"many keys":               {`{"1":"hush","2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1}`, `"7", "8", …; expected`},
		"eight keys":              {`{"1":"hush","2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1}`, `"7", "8"; expected`},
		"SNS":                     {`{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"{\"orgId\":\"x\"}"}}]}`, `record 1 of the payload is of eventSource "aws:sns"`},
		"S3":                      {`{"Records":[{"eventSource":"aws:s3","s3":{}}]}`, `"aws:s3"`},
		"records of no source":    {`{"Records":[{"body":"{}"}]}`, `eventSource ""`},
		"API Gateway":             {`{"version":"2.0","routeKey":"$default","headers":{"authorization":"hush"}}`, `"routeKey"`},
		"a record of another one": {`{"Records":[{"eventSource":"aws:sqs","messageId":"1"},{"eventSource":"aws:kinesis"}]}`, `record 2`},
		"a record that is wrong":  {`{"Records":[{"eventSource":"aws:sqs","messageId":1}]}`, `can't be read`},
	} {
		t.Run(name, func(t *testing.T) {
			var lines bytes.Buffer
			handler := &none{}
			_, err := New(handler, nil, slog.New(slog.NewJSONHandler(&lines, nil)), Options{MaxReceiveCount: 5}).Invoke(t.Context(), []byte(c.payload))
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "expected an SQS event") {
				t.Errorf("error %v, want one that says %q and what is expected", err, c.says)
			}
			if handler.handled > 0 || !strings.Contains(lines.String(), `"msg":"invocation refused","error":"`) || strings.Contains(lines.String(), "hush") {
				t.Errorf("%d records were handled, and the log has %s", handler.handled, lines.String())
			}
		})
	}
}

func TestAnSQSEventIsHandled(t *testing.T) {
	for payload, records := range map[string]int{
		`{"Records":[]}`: 0,
		`{"Records":[{"eventSource":"aws:sqs","messageId":"1","body":"{\"orgId\":\"x\"}"}]}`: 1,
	} {
		handler := &none{}
		answer, err := New(handler, nil, slog.New(slog.DiscardHandler), Options{MaxReceiveCount: 5}).Invoke(t.Context(), []byte(payload))
		if err != nil || string(answer) != `{"batchItemFailures":[]}` || handler.handled != records {
			t.Errorf("%s: answer %s, error %v, %d handled", payload, answer, err, handler.handled)
		}
	}
}

// passing keeps what it was given.
type passing struct{ got provision.Delivery }

func (p *passing) Handle(_ context.Context, d provision.Delivery) provision.Report {
	p.got = d
	return provision.Report{}
}

// Whoever has a task token may be able to resume its workflow.
func TestTheContextIsPassedOnAndNotLogged(t *testing.T) {
	var lines bytes.Buffer
	handler := &passing{}
	b := New(handler, nil, slog.New(slog.NewJSONHandler(&lines, nil)), Options{MaxReceiveCount: 5})
	body := `{"Records":[{"eventSource":"aws:sqs","messageId":"1","body":"{\"orgId\":\"x\",\"correlationId\":\"c\",\"context\":\"token\"}"}]}`
	if _, err := b.Invoke(t.Context(), []byte(body)); err != nil || handler.got.Source.Context != "token" || handler.got.Source.CorrelationID != "c" {
		t.Errorf("%v, %+v", err, handler.got)
	}
	if strings.Contains(lines.String(), "token") {
		t.Errorf("logged: %s", lines.String())
	}
}
