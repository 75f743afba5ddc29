package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestMetricFiltersCountTheLinesThatTheFunctionReallyWrites: the filters and the
// lines are made in different places, and nothing else in AWS would tell that one
// has changed.
func TestMetricFiltersCountTheLinesThatTheFunctionReallyWrites(t *testing.T) {
	tpl := shared().stacks["prod"]
	org := func(id string) string { return fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q}`, id) }
	lines := writtenLines(t, tpl, [][]message{
		{{org("first"), 1}, {org("second"), 1}, {org("stranger"), 1}}, // created, the last with another name
		{{org("first"), 1}, {org("stranger"), 1}},                     // unchanged
		{{org("nouser"), 1}, {"no JSON", 1}},                          // retried
		{{org("nouser"), 5}, {"no JSON", 5}},                          // failed
		{{org("half"), 1}},                                            // repaired: it has its tag and nothing else
	})
	want := map[string][]string{
		"Records": {
			"1 Count status=created", "1 Count status=created", "1 Count status=created", "1 Count status=repaired",
			"1 Count status=unchanged", "1 Count status=unchanged",
			"1 Count status=retried", "1 Count status=retried", "1 Count status=failed", "1 Count status=failed",
		},
		"Failures": {
			"1 Count code=ClientUserNotFound status=retried", "1 Count code=ClientUserNotFound status=failed",
			"1 Count code=MalformedMessage status=retried", "1 Count code=MalformedMessage status=failed",
		},
		"FailedOutcomes":   {"1 Count", "1 Count"},
		"AlternativeNames": {"1 Count"},
		"Repairs":          {"1 Count"},
		"Latency": {
			"ms Milliseconds status=created", "ms Milliseconds status=created", "ms Milliseconds status=created", "ms Milliseconds status=repaired",
			"ms Milliseconds status=unchanged", "ms Milliseconds status=unchanged",
			"ms Milliseconds status=retried", "ms Milliseconds status=retried", "ms Milliseconds status=failed", "ms Milliseconds status=failed",
		},
	}
	for _, filter := range tpl.ofType("AWS::Logs::MetricFilter") {
		name, got := counts(t, tpl, filter, lines)
		slices.Sort(got)
		slices.Sort(want[name])
		if !slices.Equal(got, want[name]) {
			t.Errorf("%s counts\n%s\nnot\n%s", name, strings.Join(got, "\n"), strings.Join(want[name], "\n"))
		}
		delete(want, name)
	}
	for missing := range want {
		t.Errorf("there's no metric filter %s", missing)
	}
	if t.Failed() {
		for _, line := range lines {
			t.Log(line)
		}
	}
}

// counts returns what a filter adds to its metric for each line that it matches.
func counts(t *testing.T, tpl template, filter resource, lines []map[string]any) (name string, all []string) {
	t.Helper()
	p := filter.Properties
	if logs := tpl.resolved(p["LogGroupName"]); logs != "/aws/lambda/orgbucket-prod-provision-bucket" {
		t.Errorf("a filter reads the log group %v", logs)
	}
	transformation := p["MetricTransformations"].([]any)[0].(map[string]any)
	for _, line := range lines {
		matches, err := matchesPattern(p["FilterPattern"].(string), line)
		if err != nil {
			t.Fatal(err)
		}
		if matches {
			all = append(all, datum(t, transformation, line))
		}
	}
	return transformation["MetricName"].(string), all
}

func datum(t *testing.T, transformation, line map[string]any) string {
	t.Helper()
	value := transformation["MetricValue"].(string)
	if strings.HasPrefix(value, "$.") {
		if n, ok := field(value, line).(float64); !ok || n < 0 {
			t.Errorf("%s isn't a number in %v", value, line)
		}
		value = "ms"
	}
	text := fmt.Sprint(value, " ", transformation["Unit"])
	dimensions := map[string]string{}
	list, _ := transformation["Dimensions"].([]any)
	for _, d := range list {
		dimensions[get(d, "Key").(string)] = fmt.Sprint(field(get(d, "Value").(string), line))
	}
	for _, key := range slices.Sorted(maps.Keys(dimensions)) {
		text += " " + key + "=" + dimensions[key]
	}
	if len(dimensions) > 0 && transformation["DefaultValue"] != nil {
		t.Error("CloudWatch refuses a default for a metric with dimensions")
	}
	return text
}

func TestMetricFiltersIgnoreOtherLines(t *testing.T) {
	others := []map[string]any{
		{"level": "ERROR", "message": "settings are wrong", "error": "QUEUE_URL is required"},
		{"type": "platform.report", "record": map[string]any{"status": "success", "metrics": map[string]any{"durationMs": 12.0}}},
		{"message": "something else", "status": "failed", "code": "Internal", "durationMs": 3.0, "alternativeName": true},
	}
	for _, filter := range shared().stacks["prod"].ofType("AWS::Logs::MetricFilter") {
		for _, line := range others {
			if matches, err := matchesPattern(filter.Properties["FilterPattern"].(string), line); matches || err != nil {
				t.Errorf("%s matches %v: %v", filter.Properties["FilterPattern"], line, err)
			}
		}
	}
}
