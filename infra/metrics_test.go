package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// TestMetricFiltersCountTheLinesThatTheFunctionReallyWrites: the filters and the
// lines are made in different places, and nothing else in AWS would tell that one
// has changed.
func TestMetricFiltersCountTheLinesThatTheFunctionReallyWrites(t *testing.T) {
	tpl := shared().stacks["prod"]
	org := func(id string) string { return fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q}`, id) }
	lines := writtenLines(t, tpl, with(s3ForLines(homesBucket)), [][]message{
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
		"Unpublished":      nil,
		"AlternativeNames": {"1 Count"},
		"Repairs":          {"1 Count"},
		"Latency": {
			"ms Milliseconds status=created", "ms Milliseconds status=created", "ms Milliseconds status=created", "ms Milliseconds status=repaired",
			"ms Milliseconds status=unchanged", "ms Milliseconds status=unchanged",
			"ms Milliseconds status=retried", "ms Milliseconds status=retried", "ms Milliseconds status=failed", "ms Milliseconds status=failed",
		},
	}
	count(t, tpl, "provision-bucket", lines, want)
}

// count holds the filters of a function's log to what they should count.
func count(t *testing.T, tpl template, function string, lines []map[string]any, want map[string][]string) {
	t.Helper()
	for _, filter := range tpl.ofType("AWS::Logs::MetricFilter") {
		if tpl.resolved(filter.Properties["LogGroupName"]) != "/aws/lambda/orgbucket-"+tpl.stage+"-"+function {
			continue
		}
		name, got := counts(t, filter, lines)
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

// TestMetricsOfTheAuditAreThoseOfItsLines: the compiled function audits a world in which
// each kind of finding is.
func TestMetricsOfTheAuditAreThoseOfItsLines(t *testing.T) {
	tpl := shared().stacks["prod"]
	s3 := s3ForLines(homesBucket)
	org := func(id string) message {
		return message{fmt.Sprintf(`{"type":"OrganizationCreated","orgId":%q}`, id), 1}
	}
	writtenLines(t, tpl, with(s3), [][]message{{org("first"), org("second")}})
	change := func(name string, edit func(*s3fake.Bucket)) {
		b, _ := s3.Bucket(name)
		edit(&b)
		s3.Put(name, b)
	}
	change("fusion-rms-first", func(b *s3fake.Bucket) { b.AccessBlock = &s3fake.AccessBlock{RestrictPublicBuckets: true} })
	s3.Put("fusion-rms-second-"+account+"-us-east-1-an", s3fake.Bucket{Tags: map[string]string{"OrgId": "second"}})
	s3.Put("fusion-rms-bare", s3fake.Bucket{})
	lines := written(t, environmentOf(t, tpl, "Audit"), "../functions/audit-buckets", with(s3), []any{
		map[string]any{"source": "aws.events", "detail-type": "Scheduled Event"},
		map[string]any{"source": "aws.events", "detail-type": "Scheduled Event"}, // nothing to do yet
		map[string]any{"source": "aws.s3", "detail-type": "AWS API Call via CloudTrail", "detail": map[string]any{"eventName": "DeleteBucket"}},
	})
	one := func(n int) []string { return []string{fmt.Sprint(n, " Count")} }
	count(t, tpl, "audit-buckets", lines, map[string][]string{
		"Audits": one(1), "Touched": one(1), "Examined": one(5), "Drifted": one(2), "ForeignPublic": one(0), "TwoHomes": one(1), "Unmarked": one(1),
		"NotReadable": one(1), "NotExamined": one(0), "Findings": one(6), "FindingsToTell": one(6),
		"FindingsByCode": {"1 Count code=Drift", "1 Count code=MultipleHomes", "1 Count code=NotReadable", "1 Count code=OwnershipUnproved", "1 Count code=Reopened", "1 Count code=Unfinished"},
	})
	for name, fires := range map[string]bool{"buckets-drifted": true, "buckets-touched": true, "audit-unread": false, "audit-missing": false} {
		if got := breaches(t, tpl, name, lines); got != fires {
			t.Errorf("the condition of %s holds: %t", name, got)
		}
	}
}

// breaches reports whether the lines, all in one period, breach the threshold of the alarm
// whose metric a filter counts.
func breaches(t *testing.T, tpl template, name string, lines []map[string]any) bool {
	t.Helper()
	for _, alarm := range tpl.ofType("AWS::CloudWatch::Alarm") {
		p := alarm.Properties
		if p["AlarmName"] != "orgbucket-"+tpl.stage+"-"+name {
			continue
		}
		for _, filter := range tpl.ofType("AWS::Logs::MetricFilter") {
			metric, values := counts(t, filter, lines)
			if metric != p["MetricName"] || p["Statistic"] != "Sum" {
				continue
			}
			sum := 0.0
			for _, value := range values {
				var n float64
				if _, err := fmt.Sscan(value, &n); err != nil {
					t.Fatal(err)
				}
				sum += n
			}
			if p["ComparisonOperator"] == "LessThanThreshold" {
				return sum < p["Threshold"].(float64)
			}
			return sum >= p["Threshold"].(float64)
		}
	}
	t.Fatalf("there's no alarm %s on a metric that a filter counts", name)
	return false
}

// counts returns what a filter adds to its metric for each line that it matches.
func counts(t *testing.T, filter resource, lines []map[string]any) (name string, all []string) {
	t.Helper()
	p := filter.Properties
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
		n, ok := field(value, line).(float64)
		if !ok || n < 0 {
			t.Errorf("%s isn't a number in %v", value, line)
		}
		if value = "ms"; transformation["Unit"] == "Count" {
			value = fmt.Sprint(n)
		}
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
