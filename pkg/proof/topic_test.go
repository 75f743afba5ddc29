package proof

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"github.com/fusionpos/orgbucket/pkg/outcome"
)

// topic is SNS: it keeps what was published.
type topic struct {
	outcomes []outcome.Event
}

// publish serves the topic's one call.
func (w *world) publish(c call) (*http.Response, error) {
	e := eventOfCall(c)
	w.topic.outcomes = append(w.topic.outcomes, e)
	w.check.published(c, e)
	return respond(c, http.StatusOK, "text/xml", `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`), nil
}

// eventOfCall reads what is to be published, and leaves it to be read again.
func eventOfCall(c call) (e outcome.Event) {
	body, err := io.ReadAll(c.request.Body)
	if err != nil {
		panic("a request in memory can't be read: " + err.Error())
	}
	c.request.Body = io.NopCloser(bytes.NewReader(body))
	form, err := url.ParseQuery(string(body))
	if err != nil {
		panic("the SDK sends no form: " + err.Error())
	}
	if err := json.Unmarshal([]byte(form.Get("Message")), &e); err != nil {
		panic("what is published isn't an outcome: " + err.Error())
	}
	return e
}

// good tells whether the outcome says that a bucket is ready.
func good(e outcome.Event) bool { return e.Type == outcome.TypeProvisioned }

// outcomesFor lists what was published about a message.
func (t *topic) outcomesFor(m *message) (all []outcome.Event) {
	for _, e := range t.outcomes {
		if e.Source.MessageID == m.id {
			all = append(all, e)
		}
	}
	return all
}
