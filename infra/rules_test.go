package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/pkg/config"
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
		function := tpl.only(t, "AWS::Lambda::Function", "").Properties
		if function["ReservedConcurrentExecutions"] != nil {
			t.Error("the function has reserved concurrency: throttled polls use up receives")
		}
	})
}

func TestTheFunctionIsThePrebuiltOneAndLogsJSONAtInfo(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		function := tpl.only(t, "AWS::Lambda::Function", "").Properties
		got := fmt.Sprint(function["Runtime"], function["Architectures"], function["Handler"],
			get(function, "LoggingConfig", "LogFormat"), get(function, "LoggingConfig", "ApplicationLogLevel"))
		if got != "provided.al2023[arm64]bootstrapJSONINFO" {
			t.Errorf("runtime, architecture, handler, log format and level are %s", got)
		}
		logs := tpl.only(t, "AWS::Logs::LogGroup", "")
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
		timeout := tpl.only(t, "AWS::Lambda::Function", "").Properties["Timeout"].(float64)
		visibility := tpl.only(t, "AWS::SQS::Queue", "Queue").Properties["VisibilityTimeout"].(float64)
		if timeout != 30 || visibility != 180 || visibility < 6*timeout {
			t.Errorf("timeout %v s, visibility %v s", timeout, visibility)
		}
	})
}

func TestQueueAndFunctionAgreeOnTheNumberOfReceives(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		queue := get(tpl.only(t, "AWS::SQS::Queue", "Queue").Properties, "RedrivePolicy", "maxReceiveCount")
		function := get(tpl.only(t, "AWS::Lambda::Function", "").Properties, "Environment", "Variables", "MAX_RECEIVE_COUNT")
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
		key := tpl.only(t, "AWS::KMS::Key", "")
		if key.Properties["EnableKeyRotation"] != true {
			t.Error("the key isn't rotated")
		}
		for _, topic := range tpl.ofType("AWS::SNS::Topic") {
			if master := fmt.Sprint(tpl.resolved(topic.Properties["KmsMasterKeyId"])); !strings.Contains(master, ":key/TopicKey") {
				t.Errorf("topic %v is under %s, not under the stack's key", topic.Properties["TopicName"], master)
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

func TestDeletingTheStackNeverTouchesAnOrganizationsBucket(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		for id, r := range tpl.Resources {
			// Buckets are made by the function and unknown to the stack; without
			// custom resources nothing can run when it's deleted.
			if strings.HasPrefix(r.Type, "AWS::S3::") || strings.HasPrefix(r.Type, "Custom::") || r.Type == "AWS::CloudFormation::CustomResource" {
				t.Errorf("%s is a %s", id, r.Type)
			}
		}
	})
}

func TestProtectedStagesKeepWhatHasAMemory(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		want := "Delete"
		if stage == "prod" || stage == everything.Stage {
			want = "Retain"
		}
		for _, kind := range []string{"AWS::SQS::Queue", "AWS::KMS::Key", "AWS::Logs::LogGroup"} {
			for _, r := range tpl.ofType(kind) {
				if r.DeletionPolicy != want || r.UpdateReplacePolicy != want {
					t.Errorf("a %s has the policies %s and %s, not %s", kind, r.DeletionPolicy, r.UpdateReplacePolicy, want)
				}
			}
		}
		if got := terminationProtection(t, stage); got != (want == "Retain") {
			t.Errorf("termination protection is %t", got)
		}
	})
}

// terminationProtection is in the manifest that the cdk command reads, not in
// the template.
func terminationProtection(t *testing.T, stage string) bool {
	var manifest struct {
		Artifacts map[string]struct {
			Properties struct{ TerminationProtection bool }
		}
	}
	if err := json.Unmarshal(readFile(t, shared().dir+"/manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	return manifest.Artifacts["orgbucket-"+stage].Properties.TerminationProtection
}

func TestTheFunctionAcceptsTheSettingsThatItGets(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		settings, err := config.Load(func(name string) string { return functionEnvironment(t, tpl)[name] })
		if err != nil {
			t.Fatalf("the deployed function wouldn't start: %v", err)
		}
		if settings.MaxReceiveCount != stack.MaxReceiveCount || settings.Naming.Account != account {
			t.Errorf("the function reads %+v", settings)
		}
		if stage == everything.Stage && settings.Naming.ClientAccount != everything.ClientAccount {
			t.Errorf("the clients' account is %s", settings.Naming.ClientAccount)
		}
	})
}

// functionEnvironment is the function's environment as deployed, with what
// Lambda adds.
func functionEnvironment(t *testing.T, tpl template) map[string]string {
	t.Helper()
	function := tpl.only(t, "AWS::Lambda::Function", "").Properties
	region, _ := tpl.where()
	env := map[string]string{
		"AWS_REGION": region, "AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"AWS_LAMBDA_FUNCTION_NAME": function["FunctionName"].(string),
		"AWS_LAMBDA_LOG_FORMAT":    get(function, "LoggingConfig", "LogFormat").(string),
		"AWS_LAMBDA_LOG_LEVEL":     get(function, "LoggingConfig", "ApplicationLogLevel").(string),
	}
	for name, value := range get(function, "Environment", "Variables").(map[string]any) {
		env[name] = tpl.resolved(value).(string)
	}
	return env
}

func TestEveryOutputIsAnSSMParameterOfTheStage(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		parameters := map[string]any{}
		for _, p := range tpl.ofType("AWS::SSM::Parameter") {
			parameters[p.Properties["Name"].(string)] = tpl.resolved(p.Properties["Value"])
		}
		for output, name := range map[string]string{
			"QueueUrl": "queue-url", "QueueArn": "queue-arn",
			"DeadLetterQueueUrl": "dead-letter-queue-url", "DeadLetterQueueArn": "dead-letter-queue-arn",
			"OutcomeTopicArn": "outcome-topic-arn", "FunctionName": "function-name", "FunctionArn": "function-arn",
			"RoleArn": "role-arn", "LogGroupName": "log-group-name", "BucketPrefix": "bucket-prefix",
			"ClientUserPrefix": "client-user-prefix", "ClientAccountId": "client-account-id",
		} {
			path := "/orgbucket/" + stage + "/" + name
			if value := tpl.resolved(tpl.Outputs[output].Value); value == nil || parameters[path] != value {
				t.Errorf("output %s is %v, parameter %s is %v", output, value, path, parameters[path])
			}
		}
	})
}

func TestNoARNOfAnotherPartitionInChina(t *testing.T) {
	if text := string(shared().stacks[china.Stage].text); strings.Contains(text, "arn:aws:") {
		t.Error("the template for China has an ARN that starts with arn:aws:")
	}
}
