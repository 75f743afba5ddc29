package consumer

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// filters are those of docs/examples/filters: whether they look at the body, and what
// passes, said once more in Go.
var filters = map[string]struct {
	scope  string
	passes func(outcome map[string]any) bool
}{
	"ready":            {"MessageAttributes", func(o map[string]any) bool { return o["status"] != "failed" }},
	"failed":           {"MessageAttributes", func(o map[string]any) bool { return o["status"] == "failed" }},
	"one-organization": {"MessageAttributes", func(o map[string]any) bool { return o["orgId"] == "xmsqa1" }},
	"own-messages": {"MessageAttributes", func(o map[string]any) bool {
		id, _ := o["source"].(map[string]any)["correlationId"].(string)
		return strings.HasPrefix(id, "signup-")
	}},
	"worth-a-replay": {"MessageBody", func(o map[string]any) bool {
		e, failed := o["error"].(map[string]any)
		return failed && e["kind"] != "invalid"
	}},
}

// TestAFilterShowsWhatItIsSaidToShow subscribes a queue for each filter and publishes
// every example. None may show all, or it would be no filter, nor nothing.
func TestAFilterShowsWhatItIsSaidToShow(t *testing.T) {
	examples := outcomes(t)
	queues := map[string]string{}
	for name, f := range filters {
		queues[name] = queue(t, "filter-"+name, map[string]string{
			"RawMessageDelivery": "true", "FilterPolicyScope": f.scope, "FilterPolicy": example(t, "filters/"+name+".json"),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		publish(t, examples[name])
	}
	for name, f := range filters {
		t.Run(name, func(t *testing.T) {
			var want int
			for _, o := range examples {
				if f.passes(o) {
					want++
				}
			}
			got := received(t, queues[name])
			if len(got) != want || want == 0 || want == len(examples) {
				t.Errorf("it shows %d of %d outcomes, want %d", len(got), len(examples), want)
			}
			for _, body := range got {
				var o map[string]any
				if err := json.Unmarshal([]byte(body), &o); err != nil || !f.passes(o) {
					t.Errorf("it shows %s (%v)", body, err)
				}
			}
		})
	}
	for _, path := range must(filepath.Glob(filepath.Join(docs, "examples", "filters", "*.json")))(t) {
		if _, ok := filters[strings.TrimSuffix(filepath.Base(path), ".json")]; !ok {
			t.Errorf("nobody says what %s shows", path)
		}
	}
}

func TestRawDeliveryGivesTheOutcomeItselfAndOtherwiseItIsInAnEnvelope(t *testing.T) {
	raw := queue(t, "raw", map[string]string{"RawMessageDelivery": "true"})
	wrapped := queue(t, "wrapped", nil)
	want := outcomes(t)["created"]
	publish(t, want)
	var envelope struct {
		Type, TopicArn, Message string
		MessageAttributes       map[string]struct{ Type, Value string }
	}
	bodies := append(received(t, raw), received(t, wrapped)...)
	if len(bodies) != 2 {
		t.Fatalf("received %q", bodies)
	}
	if err := json.Unmarshal([]byte(bodies[1]), &envelope); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{bodies[0], envelope.Message} {
		var got map[string]any
		if err := json.Unmarshal([]byte(text), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %s (%v)", text, err)
		}
	}
	if envelope.Type != "Notification" || envelope.TopicArn != sys.Queues.TopicARN || envelope.MessageAttributes["status"].Value != "created" {
		t.Errorf("the envelope is %s", bodies[1])
	}
}
