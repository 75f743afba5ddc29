package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/pkg/config"
)

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
		want, replaced := "Delete", "Delete"
		if stage == "prod" || stage == everything.Stage {
			want, replaced = "RetainExceptOnCreate", "Retain"
		}
		for _, kind := range []string{"AWS::SQS::Queue", "AWS::KMS::Key", "AWS::Logs::LogGroup"} {
			for _, r := range tpl.ofType(kind) {
				if r.DeletionPolicy != want || r.UpdateReplacePolicy != replaced {
					t.Errorf("a %s has the policies %s and %s, not %s and %s", kind, r.DeletionPolicy, r.UpdateReplacePolicy, want, replaced)
				}
			}
		}
		if got := terminationProtection(t, stage); got != (replaced == "Retain") {
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
