package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
)

// watched is what CloudWatch has of a run. Its alarms come into the run's mailbox.
type watched struct {
	alarm   string // the mail that setting an alarm causes; empty for none
	metrics []string
	failed  float64
	rows    map[string]int // of the saved queries
	status  string
}

func good() watched {
	return watched{
		alarm:   `{"AlarmName":"orgbucket-abcdefgh-function-broken","NewStateValue":"ALARM"}`,
		metrics: []string{"Records", "Failures", "FailedOutcomes", "AlternativeNames", "Repairs", "Latency"}, failed: 2,
		rows:   map[string]int{"an organization's story (put its id in)": 3, "top failure codes": 2, "crashes, timeouts and failed starts": 0, "HomeNeverChanges: …": 0, "FailedForGood: …": 1, "Duplicates: …": 0},
		status: "Complete",
	}
}

// world serves it, and has the dead letter's alarm come after ten minutes.
func (c watched) run(t *testing.T) *run {
	w := awsfake.New()
	r, _ := against(t, w)
	r.mailbox, r.deadSince, r.began = &mailbox{}, time.Now(), time.Now()
	deliver := func(body string) {
		r.mailbox.mu.Lock()
		defer r.mailbox.mu.Unlock()
		r.mailbox.mails = append(r.mailbox.mails, mail{body, time.Now()})
	}
	body := func(v any) awsfake.Answer {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return awsfake.Answer{Body: string(text)}
	}
	w.On("cloudwatch:DescribeAlarms", body(map[string]any{"MetricAlarms": []any{map[string]any{"AlarmName": "orgbucket-abcdefgh-queue-age"}}}))
	w.OnEach("cloudwatch:SetAlarmState", func(awsfake.Request) awsfake.Answer {
		if c.alarm != "" {
			time.AfterFunc(3*time.Second, func() { deliver(c.alarm) })
		}
		return awsfake.Answer{Body: "{}"}
	})
	time.AfterFunc(10*time.Minute, func() {
		deliver("not JSON")
		deliver(`{"AlarmName":"orgbucket-abcdefgh-organizations-failed","NewStateValue":"ALARM"}`)
	})
	var metrics, saved []any
	for _, name := range c.metrics {
		metrics = append(metrics, map[string]any{"MetricName": name})
	}
	w.On("cloudwatch:ListMetrics", body(map[string]any{"Metrics": metrics}))
	w.On("cloudwatch:GetMetricStatistics", body(map[string]any{"Datapoints": []any{map[string]any{"Sum": c.failed}}}))
	for name := range c.rows {
		saved = append(saved, map[string]any{"name": "orgbucket/abcdefgh/" + name, "queryString": "of ORGID: " + name, "logGroupNames": []any{"log"}})
	}
	w.OnEach("logs:DescribeQueryDefinitions", func(q awsfake.Request) awsfake.Answer {
		of := saved
		if strings.HasPrefix("orgbucket/abcdefghp/", q.Fields["queryDefinitionNamePrefix"]) { // the run's protected stage, which gets no messages
			of = append(slices.Clone(saved), map[string]any{"name": "orgbucket/abcdefghp/top failure codes", "queryString": "of ORGID: none", "logGroupNames": []any{"another"}})
		}
		return body(map[string]any{"queryDefinitions": of})
	})
	asked := 0
	w.OnEach("logs:StartQuery", func(q awsfake.Request) awsfake.Answer {
		asked = 0
		return body(map[string]any{"queryId": strings.TrimPrefix(q.Fields["queryString"], "of abcdefghnew: ")})
	})
	w.OnEach("logs:GetQueryResults", func(q awsfake.Request) awsfake.Answer {
		if asked++; asked == 1 {
			return body(map[string]any{"status": "Running"})
		}
		rows := make([]any, c.rows[q.Fields["queryId"]])
		for i := range rows {
			rows[i] = []any{map[string]any{"field": "n", "value": fmt.Sprint(i)}}
		}
		return body(map[string]any{"status": c.status, "results": rows})
	})
	return r
}

func TestWatching(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*watched)
		failed string
	}{
		"all is well":                     {func(*watched) {}, ""},
		"the alarm's topic can't be told": {func(w *watched) { w.alarm = "" }, "the alarm that is set by hand is received"},
		"another alarm comes":             {func(w *watched) { w.alarm = strings.Replace(w.alarm, "function-broken", "outcomes-lost", 1) }, "the alarm that is set by hand is received"},
		"a metric filter finds nothing":   {func(w *watched) { w.metrics = w.metrics[1:] }, "the metrics have data"},
		"a metric has only its default":   {func(w *watched) { w.failed = 0 }, "the metrics have data"},
		"a saved query finds nothing":     {func(w *watched) { w.rows["top failure codes"] = 0 }, "the saved queries find the lines"},
		"an organization has two homes":   {func(w *watched) { w.rows["HomeNeverChanges: …"] = 1 }, "the saved queries find the lines"},
		"the function crashed":            {func(w *watched) { w.rows["crashes, timeouts and failed starts"] = 1 }, "the saved queries find the lines"},
		"a query can't be run":            {func(w *watched) { w.status = "Failed" }, "the saved queries find the lines"},
		"the deployment saved no queries": {func(w *watched) { w.rows = nil }, "the saved queries find the lines"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := good()
				c.change(&w)
				r := w.run(t)
				if err := r.watching(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(r.failed, "; "); got != c.failed {
					t.Errorf("failed: %q, want %q", got, c.failed)
				}
				time.Sleep(11 * time.Minute) // until the last alarm has come
			})
		})
	}
}

// TestWhereNothingIsWatchedItIsSaid: no server that isn't AWS passes without its alarms unnoticed.
func TestWhereNothingIsWatchedItIsSaid(t *testing.T) {
	w := awsfake.New()
	w.On("cloudwatch:DescribeAlarms", awsfake.Answer{Status: 404})
	r, out := against(t, w)
	if err := r.watching(t.Context()); err == nil {
		t.Error("AWS without its alarms passed")
	}
	r.real = false
	if err := r.watching(t.Context()); err != nil || !strings.Contains(out.String(), "NOT CHECKED  alarms, metrics and saved queries") {
		t.Errorf("%v\n%s", err, out)
	}
}
