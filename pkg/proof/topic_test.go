package proof

import (
	"encoding/json"
	"net/http"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
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
	return functiontest.Published(c.request), nil
}

// eventOfCall reads what is to be published, and leaves it to be read again.
func eventOfCall(c call) (e outcome.Event) {
	p, err := functiontest.ReadPublication(c.request)
	if err != nil {
		panic(err) // the SDK's own request, in memory
	}
	if err := json.Unmarshal([]byte(p.Message), &e); err != nil {
		panic("what is published isn't an outcome: " + err.Error())
	}
	return e
}

// good reports whether the outcome says that a bucket is ready.
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
