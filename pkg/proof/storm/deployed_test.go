package storm

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/config"
	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
)

// settings are those that decide what becomes of a storm.
type settings struct {
	concurrency, batch  int
	receives            int
	timeout, visibility time.Duration
	retention           time.Duration
	memoryMB            int
	function            config.Settings
}

// deployed reads what production is deployed with from the template that the CDK
// app's golden test keeps.
func deployed(t *testing.T) settings {
	t.Helper()
	r := readTemplate(t, "../../../infra/testdata/prod.template.json")
	return settings{
		concurrency: r.source.ScalingConfig.MaximumConcurrency,
		batch:       r.source.BatchSize,
		receives:    r.queue.RedrivePolicy.MaxReceiveCount,
		timeout:     seconds(r.function.Timeout),
		visibility:  seconds(r.queue.VisibilityTimeout),
		retention:   seconds(r.queue.MessageRetentionPeriod),
		memoryMB:    r.function.MemorySize,
		function:    functiontest.Settings(region, r.environment()),
	}
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// resources are what matters of a template.
type resources struct {
	queue struct {
		VisibilityTimeout, MessageRetentionPeriod int
		RedrivePolicy                             struct{ MaxReceiveCount int }
	}
	function struct {
		Timeout, MemorySize int
		Environment         struct{ Variables map[string]any }
	}
	source struct {
		BatchSize     int
		ScalingConfig struct{ MaximumConcurrency int }
	}
}

func readTemplate(t *testing.T, path string) (r resources) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var template struct{ Resources map[string]resource }
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, resource := range template.Resources {
		into := r.of(resource)
		if into == nil {
			continue
		}
		found++
		if err := json.Unmarshal(resource.Properties, into); err != nil {
			t.Fatal(err)
		}
	}
	if found != 3 {
		t.Fatalf("%s has %d queues with dead letters, functions and event sources, want one of each", path, found)
	}
	return r
}

// environment is the function's, but for what CloudFormation puts in.
func (r *resources) environment() map[string]string {
	known := map[string]string{}
	for name, value := range r.function.Environment.Variables {
		if text, is := value.(string); is {
			known[name] = text
		}
	}
	return known
}

type resource struct {
	Type       string
	Properties json.RawMessage
}

// of tells where a resource's properties belong, nil if it doesn't matter.
func (r *resources) of(one resource) any {
	switch {
	case one.Type == "AWS::Lambda::Function" && strings.Contains(string(one.Properties), `-provision-bucket"`): // not the one that audits
		return &r.function
	case one.Type == "AWS::Lambda::EventSourceMapping":
		return &r.source
	case one.Type == "AWS::SQS::Queue" && strings.Contains(string(one.Properties), "RedrivePolicy"):
		return &r.queue
	}
	return nil
}
