package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/stack"
)

func TestOneBadMessageNeverFailsItsBatch(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		source := tpl.only(t, "AWS::Lambda::EventSourceMapping", "")
		if got := list(source.Properties["FunctionResponseTypes"]); !slices.Equal(got, []string{"ReportBatchItemFailures"}) {
			t.Errorf("FunctionResponseTypes is %v: without ReportBatchItemFailures every failure is taken for a success", got)
		}
		if got := source.Properties["BatchSize"]; got != 10.0 {
			t.Errorf("BatchSize is %v, not 10", got)
		}
	})
}

func TestNothingDelaysOrDropsMessagesBeforeTheFunction(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		source := tpl.only(t, "AWS::Lambda::EventSourceMapping", "").Properties
		for _, never := range []string{"FilterCriteria", "MaximumBatchingWindowInSeconds"} {
			if source[never] != nil {
				t.Errorf("the event source has %s", never)
			}
		}
		if n, _ := get(source, "ScalingConfig", "MaximumConcurrency").(float64); n < 2 || n > 1000 {
			t.Errorf("MaximumConcurrency is %v", n)
		}
		function := tpl.only(t, "AWS::Lambda::Function", "Function").Properties
		if function["ReservedConcurrentExecutions"] != nil {
			t.Error("the function has reserved concurrency: throttled polls use up receives")
		}
	})
}

func TestTheFunctionIsThePrebuiltOneAndLogsJSONAtInfo(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		function := tpl.only(t, "AWS::Lambda::Function", "Function").Properties
		got := fmt.Sprint(function["Runtime"], function["Architectures"], function["Handler"],
			get(function, "LoggingConfig", "LogFormat"), get(function, "LoggingConfig", "ApplicationLogLevel"))
		architecture := map[bool]string{true: "x86_64", false: "arm64"}[stage == everything.Stage]
		if got != "provided.al2023["+architecture+"]bootstrapJSONINFO" {
			t.Errorf("runtime, architecture, handler, log format and level are %s", got)
		}
		logs := tpl.only(t, "AWS::Logs::LogGroup", "Log")
		if tpl.resolved(get(function, "LoggingConfig", "LogGroup")) != logs.Properties["LogGroupName"] {
			t.Error("the function doesn't log to the stack's own log group")
		}
		if logs.Properties["RetentionInDays"] == nil {
			t.Errorf("log lines of %s are kept for ever", stage)
		}
	})
}

func TestAMessageStaysHiddenForSixTimesTheFunctionsTimeout(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		timeout := tpl.only(t, "AWS::Lambda::Function", "Function").Properties["Timeout"].(float64)
		visibility := tpl.only(t, "AWS::SQS::Queue", "Queue").Properties["VisibilityTimeout"].(float64)
		if timeout != 30 || visibility != 180 || visibility < 6*timeout {
			t.Errorf("timeout %v s, visibility %v s", timeout, visibility)
		}
	})
}

func TestQueueAndFunctionAgreeOnTheNumberOfReceives(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		queue := get(tpl.only(t, "AWS::SQS::Queue", "Queue").Properties, "RedrivePolicy", "maxReceiveCount")
		function := get(tpl.only(t, "AWS::Lambda::Function", "Function").Properties, "Environment", "Variables", "MAX_RECEIVE_COUNT")
		if fmt.Sprint(queue) != function || function != fmt.Sprint(stack.MaxReceiveCount) {
			t.Errorf("the queue says %v, the function %v, the constant %d", queue, function, stack.MaxReceiveCount)
		}
	})
}

func TestMessagesAreKeptForFourDaysAndDeadLettersForFourteen(t *testing.T) {
	const day = 24 * 60 * 60
	each(t, func(t *testing.T, _ string, tpl template) {
		for prefix, days := range map[string]float64{"Queue": 4, "DeadLetters": 14} {
			if got := tpl.only(t, "AWS::SQS::Queue", prefix).Properties["MessageRetentionPeriod"]; got != days*day {
				t.Errorf("%s keeps messages for %v s, not %v days", prefix, got, days)
			}
		}
	})
}

func TestDeadLettersComeFromTheQueueOnly(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		main, dead := tpl.only(t, "AWS::SQS::Queue", "Queue"), tpl.only(t, "AWS::SQS::Queue", "DeadLetters")
		allow := tpl.resolved(dead.Properties["RedriveAllowPolicy"])
		queueARN := tpl.resolved(tpl.Outputs["QueueArn"].Value).(string)
		if get(allow, "redrivePermission") != "byQueue" || !slices.Equal(list(get(allow, "sourceQueueArns")), []string{queueARN}) {
			t.Errorf("the dead-letter queue accepts redrives from %v, not only from %s", allow, queueARN)
		}
		if got := tpl.resolved(get(main.Properties, "RedrivePolicy", "deadLetterTargetArn")); got != tpl.resolved(tpl.Outputs["DeadLetterQueueArn"].Value) {
			t.Errorf("the queue's dead letters go to %v", got)
		}
	})
}

func TestEverythingIsEncrypted(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		for _, q := range tpl.ofType("AWS::SQS::Queue") {
			if q.Properties["SqsManagedSseEnabled"] != true {
				t.Errorf("queue %v isn't encrypted", q.Properties["QueueName"])
			}
		}
		for _, key := range tpl.ofType("AWS::KMS::Key") {
			if key.Properties["EnableKeyRotation"] != true {
				t.Error("a key isn't rotated")
			}
		}
		// A key that is disabled must not silence the alarm about itself.
		for topic, key := range map[string]string{"Outcomes": "TopicKey", "Alarms": "AlarmKey"} {
			if master := fmt.Sprint(tpl.resolved(tpl.only(t, "AWS::SNS::Topic", topic).Properties["KmsMasterKeyId"])); !strings.Contains(master, ":key/"+key) {
				t.Errorf("topic %s is under %s, not under its own key", topic, master)
			}
		}
	})
}

func TestQueuesAndTopicsRefuseWhatComesWithoutTLS(t *testing.T) {
	refuses := func(tpl template, document any) bool {
		return slices.ContainsFunc(tpl.statements(document), func(s map[string]any) bool {
			return s["Effect"] == "Deny" && get(s, "Condition", "Bool", "aws:SecureTransport") == "false" &&
				(s["Principal"] == "*" || get(s, "Principal", "AWS") == "*")
		})
	}
	each(t, func(t *testing.T, _ string, tpl template) {
		for policies, of := range map[string]string{"AWS::SQS::QueuePolicy": "AWS::SQS::Queue", "AWS::SNS::TopicPolicy": "AWS::SNS::Topic"} {
			all := tpl.ofType(policies)
			if len(all) != len(tpl.ofType(of)) {
				t.Errorf("%d of %s for %d of %s", len(all), policies, len(tpl.ofType(of)), of)
			}
			for _, p := range all {
				if !refuses(tpl, p.Properties["PolicyDocument"]) {
					t.Errorf("no refusal of plain HTTP in %v", p.Properties["PolicyDocument"])
				}
			}
		}
	})
}

// TestMessagesGoToTheVersionThatIsLive: to an alias whose version the deployment changes
// by a parameter, and versions stay to go back to.
func TestMessagesGoToTheVersionThatIsLive(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		source, version := tpl.only(t, "AWS::Lambda::EventSourceMapping", ""), tpl.only(t, "AWS::Lambda::Version", "")
		if got := fmt.Sprint(tpl.resolved(source.Properties["FunctionName"])); !strings.HasSuffix(got, "-provision-bucket:"+stack.LiveAlias) {
			t.Errorf("messages go to %s", got)
		}
		live := fmt.Sprint(tpl.only(t, "AWS::Lambda::Alias", "").Properties["FunctionVersion"])
		if !strings.HasPrefix(live, "map[Fn::If:[NewVersionIsLive map[Fn::GetAtt:[FunctionCurrentVersion") || !strings.HasSuffix(live, "map[Ref:"+stack.LiveParameter+"]]]") {
			t.Errorf("the alias has the version %s", live)
		}
		if version.DeletionPolicy != "Retain" {
			t.Errorf("an earlier version has the policy %s", version.DeletionPolicy)
		}
		for _, output := range []string{stack.LiveOutput, stack.NewOutput} {
			if tpl.resolved(tpl.Outputs[output].Value) == nil {
				t.Errorf("the stack has no output %s", output)
			}
		}
	})
}
