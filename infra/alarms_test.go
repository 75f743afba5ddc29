package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/doctor"
)

func TestEveryAlarmWatchesWhatItSaysAndTellsTheAlarmTopic(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		name := "orgbucket-" + stage + "-"
		function := "[map[Name:FunctionName Value:" + name + "provision-bucket]]"
		want := map[string]string{
			"dead-letters":       "AWS/SQS ApproximateNumberOfMessagesVisible Maximum 60 GreaterThanThreshold 0 [map[Name:QueueName Value:" + name + "dead-letters]]",
			"queue-age":          "AWS/SQS ApproximateAgeOfOldestMessage Maximum 300 GreaterThanThreshold 1200 [map[Name:QueueName Value:" + name + "organization-created]]",
			"function-errors":    "AWS/Lambda Errors Sum 300 GreaterThanOrEqualToThreshold 1 " + function,
			"function-throttles": "AWS/Lambda Throttles Sum 300 GreaterThanOrEqualToThreshold 1 " + function,
			"function-duration":  "AWS/Lambda Duration Maximum 300 GreaterThanOrEqualToThreshold 24000 " + function,
			"failed-outcomes":    "orgbucket/" + stage + " FailedOutcomes Sum 300 GreaterThanOrEqualToThreshold 1 <nil>",
		}
		topics := []any{tpl.resolved(map[string]any{"Ref": topicID(t, tpl, "Alarms")})}
		if stage == everything.Stage {
			topics = append(topics, everything.AlarmTopics[0])
		}
		for _, a := range tpl.ofType("AWS::CloudWatch::Alarm") {
			p := a.Properties
			short := strings.TrimPrefix(p["AlarmName"].(string), name)
			got := fmt.Sprint(p["Namespace"], " ", p["MetricName"], " ", p["Statistic"], " ", p["Period"], " ", p["ComparisonOperator"], " ", p["Threshold"], " ", tpl.resolved(p["Dimensions"]))
			if got != want[short] {
				t.Errorf("%s watches %s, not %s", short, got, want[short])
			}
			delete(want, short)
			for _, way := range []string{"AlarmActions", "OKActions"} {
				if got := fmt.Sprint(tpl.resolved(p[way])); got != fmt.Sprint(topics) {
					t.Errorf("%s of %s go to %s, not to %s", way, short, got, topics)
				}
			}
			if !slices.Contains(doctor.Alarms, short) || len(doctor.Alarms) != 6 {
				t.Errorf("doctor looks for the alarms %v", doctor.Alarms)
			}
			if p["TreatMissingData"] != "notBreaching" || p["ActionsEnabled"] == false {
				t.Errorf("%s: silence counts as %v, actions enabled: %v", short, p["TreatMissingData"], p["ActionsEnabled"])
			}
		}
		for missing := range want {
			t.Errorf("there's no alarm %s", missing)
		}
	})
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
			key = key || strings.HasPrefix(what, "TopicKey") && strings.Contains(what, "kms:Decrypt kms:GenerateDataKey*")
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

func TestQueriesAreSavedForAnOrganizationsStoryAndTheTopFailureCodes(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		logs := "[/aws/lambda/orgbucket-" + stage + "-provision-bucket]"
		queries := map[string]string{}
		for _, q := range tpl.ofType("AWS::Logs::QueryDefinition") {
			queries[q.Properties["Name"].(string)] = q.Properties["QueryString"].(string)
			if got := fmt.Sprint(tpl.resolved(q.Properties["LogGroupNames"])); got != logs {
				t.Errorf("%v asks %s", q.Properties["Name"], got)
			}
		}
		for title, part := range map[string]string{
			"an organization's story (put its id in)": `orgId = "ORGID"`,
			"top failure codes":                       "by code, kind, status",
			"crashes, timeouts and failed starts":     `level = "ERROR"`,
		} {
			if !strings.Contains(queries["orgbucket/"+stage+"/"+title], part) {
				t.Errorf("query %q is %q", title, queries["orgbucket/"+stage+"/"+title])
			}
		}
	})
}
