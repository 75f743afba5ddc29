package main

import (
	"encoding/json"
	"maps"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/config"
)

func TestDeletingTheStackNeverTouchesAnOrganizationsBucket(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		for id, r := range tpl.Resources {
			// Organizations' buckets are made by the function and unknown to the
			// stack; without custom resources nothing can run when it's deleted.
			homes := r.Type == "AWS::S3::Bucket" && id == "Homes" || r.Type == "AWS::S3::BucketPolicy" && id == "HomesPolicy"
			if strings.HasPrefix(r.Type, "AWS::S3::") && !homes || strings.HasPrefix(r.Type, "Custom::") || r.Type == "AWS::CloudFormation::CustomResource" {
				t.Errorf("%s is a %s", id, r.Type)
			}
		}
	})
}

// TestTheBucketOfClaimsOutlivesTheStackAndIsFoundAgain: what CloudFormation keeps
// it would fail to create anew, unless it imports it. That takes a name without
// references, which an account gives that is known when the template is written
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html).
func TestTheBucketOfClaimsOutlivesTheStackAndIsFoundAgain(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		homes, policy := tpl.only(t, "AWS::S3::Bucket", ""), tpl.only(t, "AWS::S3::BucketPolicy", "")
		for _, r := range []resource{homes, policy} {
			if r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
				t.Errorf("the %s has the policies %s and %s", r.Type, r.DeletionPolicy, r.UpdateReplacePolicy)
			}
		}
		region, _ := tpl.where()
		want := "orgbucket-" + stage + "-homes-" + account + "-" + region
		if bucket.HasAccountRegionalNamespace(region) {
			want += "-an"
		}
		if got := tpl.resolved(homes.Properties["BucketName"]); got != want || tpl.resolved(policy.Properties["Bucket"]) != want {
			t.Errorf("the bucket is %v, the policy's %v, not %s", got, tpl.resolved(policy.Properties["Bucket"]), want)
		}
		if stage != everything.Stage && stage != china.Stage {
			return // their account isn't known here
		}
		if homes.Properties["BucketName"] != want || policy.Properties["Bucket"] != want {
			t.Errorf("can't be imported: the bucket's name is %v, the policy's bucket %v", homes.Properties["BucketName"], policy.Properties["Bucket"])
		}
	})
}

func TestTheBucketOfClaimsIsPrivateAndVersioned(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		homes := tpl.only(t, "AWS::S3::Bucket", "").Properties
		for _, flag := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			if get(homes, "PublicAccessBlockConfiguration", flag) != true {
				t.Errorf("%s is off", flag)
			}
		}
		if get(homes, "VersioningConfiguration", "Status") != "Enabled" {
			t.Error("it has no versions")
		}
		region, _ := tpl.where()
		if got := homes["BucketNamespace"] == "account-regional"; got != bucket.HasAccountRegionalNamespace(region) {
			t.Errorf("its namespace is %v in %s", homes["BucketNamespace"], region)
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

func TestTagsAndBoundaryAreThoseOfTheSettings(t *testing.T) {
	var manifest struct {
		Artifacts map[string]struct {
			Properties struct{ Tags map[string]string }
		}
	}
	if err := json.Unmarshal(readFile(t, shared().dir+"/manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	// CloudFormation gives a stack's tags to its resources.
	for stage, want := range map[string]map[string]string{
		everything.Stage: {"application": "orgbucket", "stage": everything.Stage, "cost-center": "4711"},
		"dev":            {"application": "orgbucket", "stage": "dev"},
	} {
		if got := manifest.Artifacts["orgbucket-"+stage].Properties.Tags; !maps.Equal(got, want) {
			t.Errorf("the tags of %s are %v", stage, got)
		}
	}
	each(t, func(t *testing.T, stage string, tpl template) {
		var want any
		if stage == everything.Stage {
			want = everything.PermissionsBoundary
		}
		if got := tpl.only(t, "AWS::IAM::Role", "Role").Properties["PermissionsBoundary"]; got != want {
			t.Errorf("the role's boundary is %v", got)
		}
	})
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

// functionEnvironment is the environment of the function that provisions.
func functionEnvironment(t *testing.T, tpl template) map[string]string {
	t.Helper()
	return environmentOf(t, tpl, "Function")
}

// environmentOf is a function's environment as deployed, with what Lambda adds.
func environmentOf(t *testing.T, tpl template, id string) map[string]string {
	t.Helper()
	function := tpl.only(t, "AWS::Lambda::Function", id).Properties
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
	page, err := os.ReadFile("../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, stage string, tpl template) {
		parameters := map[string]any{}
		for _, p := range tpl.ofType("AWS::SSM::Parameter") {
			name := p.Properties["Name"].(string)
			parameters[name] = tpl.resolved(p.Properties["Value"])
			if last := path.Base(name); !strings.Contains(string(page), "`"+last+"`") {
				t.Errorf("docs/deploy.md doesn't name the parameter %s", last)
			}
		}
		for output, name := range map[string]string{
			"QueueUrl": "queue-url", "QueueArn": "queue-arn",
			"DeadLetterQueueUrl": "dead-letter-queue-url", "DeadLetterQueueArn": "dead-letter-queue-arn",
			"OutcomeTopicArn": "outcome-topic-arn", "FunctionName": "function-name", "FunctionArn": "function-arn",
			"RoleArn": "role-arn", "LogGroupName": "log-group-name", "HomesBucket": "homes-bucket", "BucketPrefix": "bucket-prefix",
			"ClientUserPrefix": "client-user-prefix", "ClientAccountId": "client-account-id",
		} {
			name = "/orgbucket/" + stage + "/" + name
			if value := tpl.resolved(tpl.Outputs[output].Value); value == nil || parameters[name] != value {
				t.Errorf("output %s is %v, parameter %s is %v", output, value, name, parameters[name])
			}
		}
	})
}

func TestNoARNOfAnotherPartitionInChina(t *testing.T) {
	if text := string(shared().stacks[china.Stage].text); strings.Contains(text, "arn:aws:") {
		t.Error("the template for China has an ARN that starts with arn:aws:")
	}
}
