package org

import (
	"encoding/base64"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// maxEnvelopes is how deep envelopes may be nested around the event.
const maxEnvelopes = 3

// envelope is a kind of JSON object that AWS services wrap around an event.
type envelope struct {
	name string
	// marked reports whether an object is such an envelope, by keys that no other has.
	marked func(object) bool
	// content checks the envelope and returns what it holds.
	content func(object) (body []byte, err error)
}

var envelopes = []envelope{
	{"SNS notification", isSNS, fromSNS},
	{"EventBridge event", func(o object) bool { return o.has("detail-type") }, fromEventBridge},
	{"CloudEvent", func(o object) bool { return o.has("specversion") }, fromCloudEvent},
}

// open returns the event without its envelopes. An envelope's kind is found first, by
// its keys; only then is its content checked.
func open(body []byte) (object, error) {
	where := "the body"
	for depth := 0; ; depth++ {
		o, err := parseObject(body, where)
		if err != nil {
			return object{}, err
		}
		e, err := o.envelope()
		if e == nil {
			return o, err
		}
		if depth == maxEnvelopes {
			return object{}, fault.New(fault.MalformedMessage, "the event is in more than %d envelopes", maxEnvelopes)
		}
		if body, err = e.content(o); err != nil {
			return object{}, err
		}
		where = fmt.Sprintf("the %s's content", e.name)
	}
}

// envelope returns the kind of envelope that o is, nil if it is none. It checks the keys
// that only envelopes have.
func (o object) envelope() (*envelope, error) {
	// Another reader may match keys in any case and take o for an envelope.
	if err := o.checkKeys("detail-type", "specversion"); err != nil {
		return nil, err
	}
	var found *envelope
	for i := range envelopes {
		e := &envelopes[i]
		if !e.marked(o) {
			continue
		}
		if found != nil {
			return nil, fault.New(fault.MalformedMessage, "%s has the marks of both an %s and an %s", o.where, found.name, e.name)
		}
		found = e
	}
	return found, nil
}

// isSNS reports whether o is an SNS message, by its Type
// (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html).
func isSNS(o object) bool {
	switch name, _ := o.text("Type"); name {
	case "Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation":
		return true
	}
	return false
}

func fromSNS(o object) ([]byte, error) {
	if err := o.checkKeys("Type", "Message"); err != nil {
		return nil, err
	}
	if name, _ := o.text("Type"); name != "Notification" {
		return nil, fault.New(fault.UnexpectedEventType, "%s is an SNS %s, only a Notification can hold an event", o.where, name)
	}
	message, err := o.text("Message")
	return []byte(message), err
}

// fromEventBridge: https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
func fromEventBridge(o object) ([]byte, error) {
	if err := o.checkKeys("detail"); err != nil {
		return nil, err
	}
	if err := o.checkType("detail-type"); err != nil {
		return nil, err
	}
	return o.raw("detail")
}

// fromCloudEvent reads a structured CloudEvent 1.0
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md).
func fromCloudEvent(o object) ([]byte, error) {
	if err := o.checkKeys("type", "data", "data_base64"); err != nil {
		return nil, err
	}
	version, err := o.text("specversion")
	if err != nil {
		return nil, err
	}
	if version != "1.0" {
		return nil, fault.New(fault.MalformedMessage, "%s is %s, only CloudEvents 1.0 is read", o.path("specversion"), quote(version))
	}
	if err := o.checkType("type"); err != nil {
		return nil, err
	}
	return o.cloudEventData()
}

// cloudEventData returns a CloudEvent's content: JSON, a string that holds it, or such
// a string in base64.
func (o object) cloudEventData() ([]byte, error) {
	if o.has("data") == o.has("data_base64") {
		return nil, fault.New(fault.MalformedMessage, `%s has to have one of "data" and "data_base64"`, o.where)
	}
	if o.has("data_base64") {
		text, err := o.text("data_base64")
		if err != nil {
			return nil, err
		}
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil || !utf8.Valid(data) {
			return nil, fault.New(fault.MalformedMessage, "%s isn't base64 of UTF-8", o.path("data_base64"))
		}
		return data, nil
	}
	data, _ := o.members.Get("data")
	if text, ok := rawjson.Text(data); ok {
		return []byte(text), nil
	}
	return data, nil
}

// resemblances are what a body may be meant to be that has no orgId, by its keys.
var resemblances = []struct {
	name string
	keys []string
}{
	{"an SNS notification without its Type", []string{"Message", "TopicArn"}},
	{"an EventBridge event without its detail-type", []string{"detail"}},
	{"an entry of EventBridge's PutEvents, which has to be sent to a bus", []string{"Detail", "DetailType"}},
	{"a CloudEvent without its specversion", []string{"data", "data_base64", "datacontenttype"}},
	{"an event for a Lambda function or of S3, with a list of records", []string{"Records"}},
	{"a record of a Lambda destination", []string{"requestPayload", "responsePayload"}},
}

// looksLike returns what the object looks like, for an error, or "".
func (o object) looksLike() string {
	for _, r := range resemblances {
		if slices.ContainsFunc(r.keys, o.has) {
			return "; it looks like " + r.name
		}
	}
	return ""
}
