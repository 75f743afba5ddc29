package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/doctor"
)

// watches are what each alarm looks at, and with what it is in breach. STAGE is the stage.
var watches = map[string]string{
	"queue-age":            "AWS/SQS ApproximateAgeOfOldestMessage Maximum 300 [QueueName=orgbucket-STAGE-organization-created] > 1200, 1 in a row",
	"queue-unpolled":       "FILL(received, 0) + FILL(empty, 0): empty=AWS/SQS NumberOfEmptyReceives Sum 900 [QueueName=orgbucket-STAGE-organization-created], received=AWS/SQS NumberOfMessagesReceived Sum 900 [QueueName=orgbucket-STAGE-organization-created] < 1, 2 in a row, silence: breaching",
	"function-errors":      "AWS/Lambda Errors Sum 300 [FunctionName=orgbucket-STAGE-provision-bucket] >= 1, 1 in a row",
	"function-throttles":   "AWS/Lambda Throttles Sum 300 [FunctionName=orgbucket-STAGE-provision-bucket] >= 1, 1 in a row",
	"function-duration":    "AWS/Lambda Duration Maximum 300 [FunctionName=orgbucket-STAGE-provision-bucket] >= 24000, 1 in a row",
	"dead-letters":         "waiting + FILL(looked, 0): looked=AWS/SQS ApproximateNumberOfMessagesNotVisible Maximum 60 [QueueName=orgbucket-STAGE-dead-letters], waiting=AWS/SQS ApproximateNumberOfMessagesVisible Maximum 60 [QueueName=orgbucket-STAGE-dead-letters] > 0, 1 in a row",
	"failed-outcomes":      "orgbucket/STAGE FailedOutcomes Sum 300 [] >= 1, 1 in a row",
	"dead-letters-expire":  "AWS/SQS ApproximateAgeOfOldestMessage Maximum 3600 [QueueName=orgbucket-STAGE-dead-letters] > 604800, 1 in a row",
	"outcomes-unpublished": "orgbucket/STAGE Unpublished Sum 900 [] >= 3, 1 in a row",
	"outcomes-undelivered": "AWS/SNS NumberOfNotificationsFailed Sum 300 [TopicName=orgbucket-STAGE-outcomes] >= 1, 1 in a row",
	"audit-missing":        "orgbucket/STAGE Audits Sum 3600 [] < 1, PERIODS in a row, silence: breaching",
	"audit-errors":         "AWS/Lambda Errors Sum 300 [FunctionName=orgbucket-STAGE-audit-buckets] >= 1, 1 in a row",
	"audit-unread":         "orgbucket/STAGE NotExamined Sum 3600 [] >= 1, 1 in a row, silence: ignore",
	"buckets-drifted":      "orgbucket/STAGE FindingsToTell Sum 300 [] >= 1, 1 in a row",
	"buckets-touched":      "orgbucket/STAGE Touched Sum 300 [] >= 1, 1 in a row",
	"clock":                "IF(HOUR(ticks) == 7, 1, 0): ticks=AWS/Lambda Invocations Sum 3600 [FunctionName=orgbucket-STAGE-audit-buckets] >= 1, 1 in a row",
}

func TestEveryAlarmWatchesWhatItSays(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		want := maps.Clone(watches)
		for _, a := range tpl.ofType("AWS::CloudWatch::Alarm") {
			short := strings.TrimPrefix(a.Properties["AlarmName"].(string), "orgbucket-"+stage+"-")
			periods := map[bool]string{true: "2", false: "48"}[stage == everything.Stage] // it audits each hour, the others each day
			if want := strings.NewReplacer("STAGE", stage, "PERIODS", periods).Replace(want[short]); watched(tpl, a.Properties) != want {
				t.Errorf("%s watches\n%s, not\n%s", short, watched(tpl, a.Properties), want)
			}
			delete(want, short)
		}
		for missing := range want {
			t.Errorf("there's no alarm %s", missing)
		}
	})
}

// watched says what an alarm looks at.
func watched(tpl template, p map[string]any) string {
	metric := func(m any, period, statistic any) string {
		var dimensions []string
		all, _ := get(m, "Dimensions").([]any)
		for _, d := range all {
			dimensions = append(dimensions, fmt.Sprint(get(d, "Name"), "=", tpl.resolved(get(d, "Value"))))
		}
		return fmt.Sprint(get(m, "Namespace"), " ", get(m, "MetricName"), " ", statistic, " ", period, " ", dimensions)
	}
	text := metric(p, p["Period"], p["Statistic"])
	if parts, ok := p["Metrics"].([]any); ok {
		var of []string
		for _, m := range parts {
			if stat := get(m, "MetricStat"); stat != nil {
				of = append(of, fmt.Sprint(get(m, "Id"), "=", metric(get(stat, "Metric"), get(stat, "Period"), get(stat, "Stat"))))
			} else {
				text = fmt.Sprint(get(m, "Expression"), ": ")
			}
		}
		slices.Sort(of)
		text += strings.Join(of, ", ")
	}
	sign := map[any]string{"GreaterThanThreshold": ">", "GreaterThanOrEqualToThreshold": ">=", "LessThanThreshold": "<"}[p["ComparisonOperator"]]
	text += fmt.Sprint(" ", sign, " ", int(p["Threshold"].(float64)), ", ", p["EvaluationPeriods"], " in a row")
	if p["TreatMissingData"] != "notBreaching" {
		text += fmt.Sprint(", silence: ", p["TreatMissingData"])
	}
	return text
}

// told are the incidents by the alarms that they are made of, and the alarms that tell by
// themselves. What repeats says nothing when it is over: it isn't.
var told = map[string]struct {
	of      string
	repeats bool
}{
	"function-broken":      {of: "(ALARM(function-errors) OR ALARM(function-throttles) OR ALARM(function-duration) OR ALARM(queue-age) OR ALARM(queue-unpolled))"},
	"organizations-failed": {of: "(ALARM(dead-letters) OR ALARM(failed-outcomes))"},
	"outcomes-lost":        {of: "(ALARM(outcomes-unpublished) OR ALARM(outcomes-undelivered))"},
	"audit-broken":         {of: "(ALARM(audit-missing) OR ALARM(audit-errors) OR ALARM(audit-unread))"},
	"dead-letters-expire":  {},
	"buckets-drifted":      {repeats: true},
	"buckets-touched":      {repeats: true},
	"reminder": {repeats: true,
		of: "(ALARM(clock) AND (ALARM(function-broken) OR ALARM(organizations-failed) OR ALARM(outcomes-lost) OR ALARM(audit-broken) OR ALARM(dead-letters-expire)))"},
}

// TestOneIncidentIsOneMessage: what is part of an incident tells nobody by itself, and
// everything else does.
func TestOneIncidentIsOneMessage(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		name := "orgbucket-" + stage + "-"
		topics := []any{tpl.resolved(map[string]any{"Ref": topicID(t, tpl, "Alarms")})}
		if stage == everything.Stage {
			topics = append(topics, everything.AlarmTopics[0])
		}
		all := tpl.ofType("AWS::CloudWatch::CompositeAlarm")
		var rules strings.Builder
		for _, a := range all {
			rules.WriteString(ruleOf(tpl, a))
		}
		var tell []string
		for _, a := range append(all, tpl.ofType("AWS::CloudWatch::Alarm")...) {
			p := a.Properties
			short := strings.TrimPrefix(p["AlarmName"].(string), name)
			want, tells := told[short]
			if !tells {
				if p["AlarmActions"] != nil || p["OKActions"] != nil || !strings.Contains(rules.String(), "ALARM("+short+")") {
					t.Errorf("%s tells %v, or is part of nothing", short, p["AlarmActions"])
				}
				continue
			}
			tell = append(tell, short)
			if got := ruleOf(tpl, a); got != want.of {
				t.Errorf("%s is %s, not %s", short, got, want.of)
			}
			if got := fmt.Sprint(tpl.resolved(p["AlarmActions"])); got != fmt.Sprint(topics) || p["ActionsEnabled"] == false {
				t.Errorf("%s tells %s, not %s", short, got, topics)
			}
			if over := p["OKActions"] != nil; over == want.repeats {
				t.Errorf("%s says that it is over: %t", short, over)
			}
		}
		slices.Sort(tell)
		if !slices.Equal(tell, slices.Sorted(maps.Keys(told))) || !slices.Equal(tell, slices.Sorted(slices.Values(doctor.Alarms))) {
			t.Errorf("these tell: %v; doctor looks for %v", tell, doctor.Alarms)
		}
	})
}

var alarmARN = regexp.MustCompile(`"arn:[^"]*:alarm:orgbucket-[a-z]+-([a-z-]+)"`)

// ruleOf is a composite alarm's rule, with the short names of its alarms.
func ruleOf(tpl template, a resource) string {
	rule, _ := tpl.resolved(a.Properties["AlarmRule"]).(string)
	return alarmARN.ReplaceAllString(rule, "$1")
}

func topicID(t *testing.T, tpl template, prefix string) string {
	t.Helper()
	for id, r := range tpl.Resources {
		if r.Type == "AWS::SNS::Topic" && strings.HasPrefix(id, prefix) {
			return id
		}
	}
	t.Fatalf("there's no topic %s", prefix)
	return ""
}

func TestCloudWatchMayReallyUseTheAlarmTopicAndItsKey(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		found := map[string]bool{}
		for where, statements := range documents(tpl) {
			for _, s := range statements {
				ours := get(s, "Condition", "StringEquals", "aws:SourceAccount") == account
				if strings.HasSuffix(where, " KeyPolicy") {
					ours = s["Condition"] == nil // which nobody is known to have tried
				}
				if get(s, "Principal", "Service") == "cloudwatch.amazonaws.com" && s["Effect"] == "Allow" && ours {
					found[strings.Split(where, "Policy")[0]+fmt.Sprint(list(s["Action"]))] = true
				}
			}
		}
		for _, want := range []string{"Alarms[sns:Publish]"} {
			if !found[want] {
				t.Errorf("CloudWatch isn't allowed %s, only %v", want, found)
			}
		}
		var key bool
		for what := range found {
			key = key || strings.HasPrefix(what, "AlarmKey") && strings.Contains(what, "kms:Decrypt kms:GenerateDataKey*")
		}
		if !key {
			t.Errorf("CloudWatch can't use the key: %v", found)
		}
	})
}

func TestAlarmAddressesAreSubscribed(t *testing.T) {
	tpl := shared().stacks[everything.Stage]
	s := tpl.only(t, "AWS::SNS::Subscription", "AlarmEmail1").Properties
	if s["Protocol"] != "email" || s["Endpoint"] != everything.AlarmEmails[0] {
		t.Errorf("subscribed: %v to %v", s["Protocol"], s["Endpoint"])
	}
}
