package storm

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/config"
)

// settings are those that decide what becomes of a storm.
type settings struct {
	concurrency, batch  int
	receives            int
	timeout, visibility time.Duration
	retention           time.Duration
	memoryMB            int
	// attempts and longestPause are the SDK's for one call.
	attempts     int
	longestPause time.Duration
}

// deployed reads what production is deployed with: from the template that the
// CDK app's golden test keeps, and from the function's source, since a main
// package can't be imported.
func deployed(t *testing.T) settings {
	t.Helper()
	r := readTemplate(t, "../../../infra/testdata/prod.template.json")
	for name := range r.function.Environment.Variables {
		if strings.HasPrefix(name, "REDELIVERY_") {
			t.Fatalf("%s is set; this package takes the default", name)
		}
	}
	s := settings{
		concurrency: r.source.ScalingConfig.MaximumConcurrency,
		batch:       r.source.BatchSize,
		receives:    r.queue.RedrivePolicy.MaxReceiveCount,
		timeout:     seconds(r.function.Timeout),
		visibility:  seconds(r.queue.VisibilityTimeout),
		retention:   seconds(r.queue.MessageRetentionPeriod),
		memoryMB:    r.function.MemorySize,
	}
	s.attempts, s.longestPause = readRetryer(t, "../../../functions/provision-bucket/clients.go")
	return s
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

type resource struct {
	Type       string
	Properties json.RawMessage
}

// of tells where a resource's properties belong, nil if it doesn't matter.
func (r *resources) of(one resource) any {
	switch {
	case one.Type == "AWS::Lambda::Function":
		return &r.function
	case one.Type == "AWS::Lambda::EventSourceMapping":
		return &r.source
	case one.Type == "AWS::SQS::Queue" && strings.Contains(string(one.Properties), "RedrivePolicy"):
		return &r.queue
	}
	return nil
}

// readRetryer finds o.MaxAttempts = 4 and o.MaxBackoff = 2 * time.Second.
func readRetryer(t *testing.T, path string) (attempts int, pause time.Duration) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if a, is := n.(*ast.AssignStmt); is && len(a.Lhs) == 1 {
			values[written(t, a.Lhs[0])] = written(t, a.Rhs[0])
		}
		return true
	})
	pauses := map[string]time.Duration{"2 * time.Second": 2 * time.Second}
	if err := json.Unmarshal([]byte(values["o.MaxAttempts"]), &attempts); err != nil || pauses[values["o.MaxBackoff"]] == 0 {
		t.Fatalf("the retryer of %s has MaxAttempts %q and MaxBackoff %q; mend this test", path, values["o.MaxAttempts"], values["o.MaxBackoff"])
	}
	return attempts, pauses[values["o.MaxBackoff"]]
}

func written(t *testing.T, e ast.Expr) string {
	t.Helper()
	var b strings.Builder
	if err := printer.Fprint(&b, token.NewFileSet(), e); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheDelaysAreTheOnesThatTheStormsHave(t *testing.T) {
	if r := redelivery; r.Min != config.DefaultRedeliveryMinDelay || r.Max != config.DefaultRedeliveryMaxDelay {
		t.Errorf("storms redeliver after %+v", r)
	}
}
