package org_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const event = `{"type":"OrganizationCreated","orgId":"xmsqa1","correlationId":"signup-4711"}`

// envelopes write the three envelopes around a content. They are written here
// by hand, so that the parser isn't tested against itself.
var envelopes = map[string]func(content string) string{
	"SNS": func(content string) string {
		message, err := json.Marshal(content)
		if err != nil {
			panic(err)
		}
		return `{"Type":"Notification","TopicArn":"arn:aws:sns:us-east-1:935799716578:t","Message":` + string(message) + `}`
	},
	"EventBridge": func(content string) string {
		return `{"version":"0","detail-type":"OrganizationCreated","source":"signup","detail":` + content + `}`
	},
	"CloudEvent": func(content string) string {
		return `{"specversion":"1.0","type":"OrganizationCreated","source":"/signup","id":"1","data":` + content + `}`
	},
}

// nests calls f with every sequence of depth envelopes around the event.
func nests(depth int, names []string, body string, f func(names []string, body string)) {
	if depth == 0 {
		f(names, body)
		return
	}
	for name, wrap := range envelopes {
		nests(depth-1, append([]string{name}, names...), wrap(body), f)
	}
}

// examples are the messages that are published for senders, by name.
func examples(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../../docs/examples/messages/*.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".json")] = string(body)
	}
	return all
}

func TestEveryExampleOfAMessageIsTheSameEvent(t *testing.T) {
	all := examples(t)
	for name, body := range all {
		t.Run(name, func(t *testing.T) {
			want := org.OrganizationCreated{OrgID: "xmsqa1", CorrelationID: "signup-4711"}
			switch name {
			case "canonical":
				want.Context = "AQCEAAAAKgAAAAMAAAAAAAAAAY1xkBZ3"
			case "shortest":
				want.CorrelationID = ""
			}
			if e := accepted(t, body, "xmsqa1"); !reflect.DeepEqual(e, want) {
				t.Errorf("got %+v, want %+v", e, want)
			}
		})
	}
	got := slices.Sorted(maps.Keys(all))
	want := []string{"canonical", "cloudevent", "cloudevent-base64", "cloudevent-string", "eventbridge", "eventbridge-in-sns", "shortest", "sns"}
	if !slices.Equal(got, want) {
		t.Errorf("there are examples %v, want one of each form, %v", got, want)
	}
}

func TestUpToThreeEnvelopesInOneAnotherAreOpened(t *testing.T) {
	for depth := range 4 {
		nests(depth, nil, event, func(names []string, body string) {
			t.Run("event "+strings.Join(names, " in "), func(t *testing.T) {
				if e := accepted(t, body, "xmsqa1"); e.CorrelationID != "signup-4711" {
					t.Errorf("got %+v", e)
				}
			})
		})
	}
}

func TestFourEnvelopesAreRefused(t *testing.T) {
	nests(4, nil, event, func(names []string, body string) {
		t.Run("event "+strings.Join(names, " in "), func(t *testing.T) {
			refused(t, body, fault.MalformedMessage, "more than 3 envelopes")
		})
	})
}

func TestTheContentOfAnEnvelopeIsHeldToTheSameRules(t *testing.T) {
	contents := map[string]string{"SNS": "the SNS notification's content", "EventBridge": "the EventBridge event's content", "CloudEvent": "the CloudEvent's content"}
	for name, wrap := range envelopes {
		for content, want := range map[string]struct {
			code fault.Code
			says string
		}{
			`{"orgId":"Xmsqa1"}`:             {fault.InvalidOrganizationID, "upper-case"},
			`{"orgId":7}`:                    {fault.MalformedMessage, "isn't a string"},
			`{"orgId":"a","orgId":"b"}`:      {fault.MalformedMessage, "more than once"},
			`{"orgid":"a"}`:                  {fault.MalformedMessage, "must be written"},
			`{"type":"OrganizationDeleted"}`: {fault.UnexpectedEventType, "OrganizationDeleted"},
			`{}`:                             {fault.MalformedMessage, contents[name] + ` has no "orgId"`},
			`null`:                           {fault.MalformedMessage, "but null"},
			`[{"orgId":"a"}]`:                {fault.MalformedMessage, "but an array"},
			`"{\"orgId\":\"a\"}"`:            {fault.MalformedMessage, "but a string"},
		} {
			if name == "CloudEvent" && content[0] == '"' {
				continue // its data may be a string
			}
			t.Run(name+" with "+content, func(t *testing.T) { refused(t, wrap(content), want.code, want.says) })
		}
	}
}

func TestTheContentOfAnSNSMessageMustBeOneObject(t *testing.T) {
	wrap := envelopes["SNS"]
	for content, says := range map[string]string{
		"":                        "ends too early",
		"xmsqa1":                  "isn't JSON",
		"\ufeff{\"orgId\":\"a\"}": "isn't JSON",
		`{"orgId":"a"} {}`:        "something after",
		`{"orgId":"a"`:            "ends too early",
	} {
		t.Run(content, func(t *testing.T) { refused(t, wrap(content), fault.MalformedMessage, says) })
	}
}

func TestADamagedEnvelopeIsRefused(t *testing.T) {
	const malformed, unexpected = fault.MalformedMessage, fault.UnexpectedEventType
	quoted := `"{\"orgId\":\"a\"}"`
	for name, c := range map[string]struct {
		body string
		code fault.Code
		says string
	}{
		"an SNS notification without a message":                 {`{"Type":"Notification"}`, malformed, `has no "Message"`},
		"an SNS notification whose message isn't text":          {`{"Type":"Notification","Message":{"orgId":"a"}}`, malformed, "isn't a string"},
		"an SNS notification with two messages":                 {`{"Type":"Notification","Message":` + quoted + `,"Message":` + quoted + `}`, malformed, "more than once"},
		"an SNS notification with a message in lower case, too": {`{"Type":"Notification","Message":` + quoted + `,"message":"x"}`, malformed, "must be written"},
		"an SNS notification with two types":                    {`{"Type":"Other","Type":"Notification","Message":` + quoted + `}`, malformed, "more than once"},
		"an SNS notification with two types, the other first":   {`{"Type":"Notification","Type":"Other","Message":` + quoted + `}`, malformed, "must be written"},
		"an SNS notification with an escaped second type":       {`{"Type":"Notification","\u0054ype":"Notification","Message":` + quoted + `}`, malformed, "more than once"},
		"an SNS subscription's confirmation":                    {`{"Type":"SubscriptionConfirmation","Token":"x","Message":"You have chosen…"}`, unexpected, "SubscriptionConfirmation"},
		"an SNS unsubscription's confirmation":                  {`{"Type":"UnsubscribeConfirmation","Message":"…"}`, unexpected, "UnsubscribeConfirmation"},
		"an SNS type in lower case":                             {`{"Type":"notification","Message":` + quoted + `}`, malformed, "must be written"},
		"an EventBridge event of another type":                  {`{"detail-type":"Object Created","detail":{"orgId":"a"}}`, unexpected, `"detail-type" of the body is "Object Created", only "OrganizationCreated" is handled here`},
		"an EventBridge event whose type isn't text":            {`{"detail-type":null,"detail":{"orgId":"a"}}`, malformed, "isn't a string"},
		"an EventBridge event without detail":                   {`{"detail-type":"OrganizationCreated"}`, malformed, `has no "detail"`},
		"an EventBridge event with Detail":                      {`{"detail-type":"OrganizationCreated","detail":{"orgId":"a"},"Detail":{}}`, malformed, "must be written"},
		"an EventBridge event with two details":                 {`{"detail-type":"OrganizationCreated","detail":{"orgId":"a"},"detail":{"orgId":"b"}}`, malformed, "more than once"},
		"a CloudEvent of version 0.3":                           {`{"specversion":"0.3","type":"OrganizationCreated","data":{"orgId":"a"}}`, malformed, `"specversion" of the body is "0.3"`},
		"a CloudEvent whose version is a number":                {`{"specversion":1.0,"type":"OrganizationCreated","data":{"orgId":"a"}}`, malformed, "isn't a string"},
		"a CloudEvent without a type":                           {`{"specversion":"1.0","data":{"orgId":"a"}}`, malformed, `has no "type"`},
		"a CloudEvent of another type":                          {`{"specversion":"1.0","type":"com.fusionpos.other","data":{"orgId":"a"}}`, unexpected, "com.fusionpos.other"},
		"a CloudEvent without data":                             {`{"specversion":"1.0","type":"OrganizationCreated"}`, malformed, `one of "data" and "data_base64"`},
		"a CloudEvent with data of both forms":                  {`{"specversion":"1.0","type":"OrganizationCreated","data":{"orgId":"a"},"data_base64":"e30="}`, malformed, `one of "data" and "data_base64"`},
		"a CloudEvent with data that isn't base64":              {`{"specversion":"1.0","type":"OrganizationCreated","data_base64":"{}"}`, malformed, `"data_base64" of the body isn't base64`},
		"a CloudEvent with base64 that isn't text":              {`{"specversion":"1.0","type":"OrganizationCreated","data_base64":"/w=="}`, malformed, "isn't base64 of UTF-8"},
		"a CloudEvent with base64 that is a number":             {`{"specversion":"1.0","type":"OrganizationCreated","data_base64":7}`, malformed, "isn't a string"},
		"a CloudEvent with an empty object in base64":           {`{"specversion":"1.0","type":"OrganizationCreated","data_base64":"e30="}`, malformed, `has no "orgId"`},
		"a CloudEvent with text that isn't JSON":                {`{"specversion":"1.0","type":"OrganizationCreated","data":"a"}`, malformed, "isn't JSON"},
		"a CloudEvent with two types":                           {`{"specversion":"1.0","type":"OrganizationCreated","type":"OrganizationCreated","data":{"orgId":"a"}}`, malformed, "more than once"},
		"a CloudEvent with base64 twice":                        {`{"specversion":"1.0","type":"OrganizationCreated","data_base64":"e30=","data_base64":"e30="}`, malformed, "more than once"},
		"a CloudEvent with data twice":                          {`{"specversion":"1.0","type":"OrganizationCreated","data":{"orgId":"a"},"data":{"orgId":"b"}}`, malformed, "more than once"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.body, c.code, c.says) })
	}
}

func TestMarksOfTwoEnvelopesAreRefused(t *testing.T) {
	for name, body := range map[string]string{
		"SNS and EventBridge":        `{"Type":"Notification","Message":"{}","detail-type":"OrganizationCreated","detail":{"orgId":"a"}}`,
		"SNS and CloudEvent":         `{"Type":"Notification","Message":"{}","specversion":"1.0","data":{"orgId":"a"}}`,
		"EventBridge and CloudEvent": `{"detail-type":"OrganizationCreated","detail":{"orgId":"a"},"specversion":"1.0","type":"OrganizationCreated","data":{"orgId":"b"}}`,
		"all three":                  `{"Type":"Notification","Message":"{}","detail-type":"x","specversion":"1.0"}`,
		"two, with an id outside":    `{"orgId":"a","detail-type":"x","specversion":"1.0"}`,
	} {
		t.Run(name, func(t *testing.T) { refused(t, body, fault.MalformedMessage, "has the marks of both") })
	}
}

// An envelope whose mark is in the wrong case isn't taken for a bare event: two
// readers could see two organizations in it.
func TestAnEnvelopeWithAWronglyCasedMarkIsRefusedEvenWithAnIDOutside(t *testing.T) {
	for name, body := range map[string]string{
		"EventBridge": `{"Detail-Type":"OrganizationCreated","detail":{"orgId":"b"},"orgId":"a"}`,
		"CloudEvent":  `{"SpecVersion":"1.0","type":"OrganizationCreated","data":{"orgId":"b"},"orgId":"a"}`,
	} {
		t.Run(name, func(t *testing.T) { refused(t, body, fault.MalformedMessage, "must be written") })
	}
}

func TestACloudEventsDataMayBeTextOrBase64(t *testing.T) {
	for _, data := range []string{`"data":"{\"orgId\":\"a\"}"`, `"data_base64":"eyJvcmdJZCI6ImEifQ=="`} {
		accepted(t, `{"specversion":"1.0","type":"OrganizationCreated",`+data+`}`, "a")
	}
}

func TestARefusalSaysWhatABodyLooksLike(t *testing.T) {
	for body, says := range map[string]string{
		`{"TopicArn":"arn:aws:sns:us-east-1:935799716578:t","Message":"{}"}`:   "an SNS notification without its Type",
		`{"source":"signup","detail":{"orgId":"a"}}`:                           "an EventBridge event without its detail-type",
		`{"Source":"signup","DetailType":"OrganizationCreated","Detail":"{}"}`: "PutEvents",
		`{"id":"1","source":"/s","data":{"orgId":"a"}}`:                        "a CloudEvent without its specversion",
		`{"Records":[{"eventSource":"aws:s3"}]}`:                               "a list of records",
		`{"requestContext":{},"requestPayload":{"orgId":"a"}}`:                 "a record of a Lambda destination",
		// One of the keys is enough.
		`{"TopicArn":"t"}`: "SNS", `{"Message":"m"}`: "SNS", `{"DetailType":"t"}`: "PutEvents", `{"Detail":"d"}`: "PutEvents", `{"data_base64":"e30="}`: "a CloudEvent",
		`{"datacontenttype":"application/json"}`: "a CloudEvent", `{"responsePayload":{}}`: "a Lambda destination",
	} {
		refused(t, body, fault.MalformedMessage, `has no "orgId"; it looks like `)
		refused(t, body, fault.MalformedMessage, says)
	}
	if _, err := org.Parse([]byte(`{"id":"1"}`)); err == nil || !strings.HasSuffix(err.Error(), `the body has no "orgId"`) {
		t.Errorf("got %v", err)
	}
}
