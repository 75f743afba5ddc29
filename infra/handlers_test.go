package main

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/stack"
)

// handlers are the actions that CloudFormation calls for a resource of a type, by
// operation. testdata/handlers.json has them from the registry's public schemas.
func handlers(t *testing.T) map[string]map[string][]string {
	t.Helper()
	var file struct {
		Types map[string]map[string][]string
	}
	if err := json.Unmarshal(readFile(t, "testdata/handlers.json"), &file); err != nil {
		t.Fatal(err)
	}
	return file.Types
}

// unneeded are handlers' actions that the deployment does without. Each holds as
// long as no resource of the type in any template has one of the properties.
var unneeded = []struct {
	kind       string
	actions    []string
	properties []string
	because    string
}{
	{"AWS::Lambda::*", []string{"ec2:*", "elasticfilesystem:*", "s3files:*"}, []string{"VpcConfig", "FileSystemConfigs"}, "the function is in no VPC and has no file system"},
	{"AWS::Lambda::*", []string{"kms:*"}, []string{"KmsKeyArn", "KMSKeyArn"}, "its settings and its queue are under AWS's own keys"},
	{"AWS::Lambda::Function", []string{"lambda:*CodeSigningConfig"}, []string{"CodeSigningConfigArn"}, "its code isn't signed"},
	{"AWS::Lambda::Function", []string{"lambda:GetLayerVersion"}, []string{"Layers"}, "it has no layers"},
	{"AWS::Lambda::Function", []string{"lambda:*FunctionConcurrency"}, []string{"ReservedConcurrentExecutions"}, "it has no reserved concurrency"},
	{"AWS::Lambda::*", []string{"lambda:PutFunctionRecursionConfig", "lambda:PutFunctionScalingConfig", "lambda:PutRuntimeManagementConfig", "lambda:PassCapacityProvider"},
		[]string{"RecursiveLoop", "FunctionScalingConfig", "RuntimeManagementConfig", "RuntimePolicy", "CapacityProviderConfig"}, "these settings stay as Lambda has them"},
	{"AWS::Lambda::Function", []string{"lambda:PublishVersion"}, []string{"PublishToLatestPublished"}, "versions are resources of their own"},
	{"AWS::Lambda::*", []string{"lambda:*ProvisionedConcurrencyConfig"}, []string{"ProvisionedConcurrencyConfig"}, "nothing is kept warm"},
	{"AWS::Lambda::Alias", []string{"codedeploy:*"}, []string{"RoutingConfig"}, "CodeDeploy has no part in it"},
	{"AWS::IAM::Role", []string{"iam:AttachRolePolicy"}, []string{"ManagedPolicyArns"}, "the role's policies are its own"},
	{"AWS::IAM::Role", []string{"iam:DeleteRolePermissionsBoundary"}, nil, "a boundary that the deployment can take away would be none"},
	{"AWS::Events::Rule", []string{"iam:PassRole"}, []string{"RoleArn"}, "the queue's policy lets the rule deliver"},
	{"AWS::SNS::*", []string{"iam:GetRole", "iam:PassRole"}, []string{"DeliveryStatusLogging", "SubscriptionRoleArn"}, "SNS gets no role"},
	{"AWS::SNS::Topic", []string{"sns:PutDataProtectionPolicy"}, []string{"DataProtectionPolicy"}, "the topics have no such policy"},
	{"AWS::Logs::LogGroup", []string{"firehose:*", "logs:CreateLogDelivery", "s3:REST.PUT.OBJECT", "logs:PutResourcePolicy", "logs:DeleteResourcePolicy"}, []string{"ResourcePolicyDocument"}, "the log isn't delivered elsewhere"},
	{"AWS::Logs::LogGroup", []string{"logs:*KmsKey"}, []string{"KmsKeyId"}, "it is under the service's own key"},
	{"AWS::Logs::LogGroup", []string{"logs:PutDataProtectionPolicy", "logs:PutIndexPolicy", "logs:DeleteIndexPolicy", "logs:PutBearerTokenAuthentication", "logs:PutLogGroupDeletionProtection"},
		[]string{"DataProtectionPolicy", "FieldIndexPolicies", "BearerTokenAuthenticationEnabled", "DeletionProtectionEnabled"}, "it has none of these"},
	{"AWS::S3::Bucket", []string{"iam:PassRole", "s3tables:*", "s3:*MetadataTableConfiguration", "s3:UpdateBucketMetadata*", "s3:PutAccelerateConfiguration", "s3:PutAnalyticsConfiguration", "s3:DeleteBucketAnalyticsConfiguration",
		"s3:PutBucketAbac", "s3:PutBucketCORS", "s3:DeleteBucketCors", "s3:PutBucketLogging", "s3:PutBucketNotification", "s3:*ObjectLockConfiguration", "s3:*Replication", "s3:PutReplicationConfiguration",
		"s3:*BucketWebsite", "s3:PutEncryptionConfiguration", "s3:DeleteBucketEncryption", "s3:PutIntelligentTieringConfiguration", "s3:PutInventoryConfiguration", "s3:PutLifecycleConfiguration", "s3:DeleteBucketLifecycle",
		"s3:PutMetricsConfiguration", "s3:DeleteBucketMetricsConfiguration", "s3:PutBucketAcl", "s3:PutObjectAcl"},
		[]string{"AccelerateConfiguration", "AnalyticsConfigurations", "AbacStatus", "AccessControl", "CorsConfiguration", "LoggingConfiguration", "NotificationConfiguration", "ObjectLockConfiguration", "ObjectLockEnabled", "ReplicationConfiguration",
			"WebsiteConfiguration", "BucketEncryption", "IntelligentTieringConfigurations", "InventoryConfigurations", "LifecycleConfiguration", "MetricsConfigurations", "MetadataTableConfiguration", "MetadataConfiguration"},
		"the bucket of claims has none of these"},
	{"AWS::S3::*", []string{"s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteObject"}, nil, "the bucket of claims and its policy are kept, always"},
	{"AWS::S3::Bucket", []string{"s3:DeleteBucketTagging"}, nil, "the stack's own tags stay on it"},
}

// TestTheHardenedPolicyAllowsWhatCloudFormationsHandlersCall holds docs/iam to every
// resource type of every template, and to all operations, but for the named exceptions.
func TestTheHardenedPolicyAllowsWhatCloudFormationsHandlersCall(t *testing.T) {
	all := handlers(t)
	each(t, func(t *testing.T, stage string, tpl template) {
		calls := map[string]call{}
		for _, r := range tpl.Resources {
			if all[r.Type] == nil {
				t.Errorf("testdata/handlers.json has no %s", r.Type)
			}
			for _, actions := range all[r.Type] {
				for _, action := range actions {
					if !without(tpl, r.Type, action) {
						calls[r.Type+" "+action] = handled(t, tpl, r.Type, action)
					}
				}
			}
		}
		var allowed []named
		for _, name := range slices.Sorted(maps.Keys(calls)) {
			allowed = append(allowed, named{name, calls[name]})
		}
		decide(t, tpl, "Allowed", allowed)
	})
}

// without reports whether the deployment does without an action.
func without(tpl template, kind, action string) bool {
	for _, u := range unneeded {
		if is(u.kind, kind) && slices.ContainsFunc(u.actions, func(a string) bool { return is(a, action) }) {
			return !slices.ContainsFunc(tpl.ofType(kind), func(r resource) bool {
				return slices.ContainsFunc(u.properties, func(p string) bool { return r.Properties[p] != nil })
			})
		}
	}
	return false
}

// is reports whether a pattern with stars fits.
func is(pattern, name string) bool {
	fits, err := path.Match(pattern, name)
	return err == nil && fits
}

// TestEveryExceptionIsOneOfTheHandlers': what no handler calls needs no exception.
func TestEveryExceptionIsOneOfTheHandlers(t *testing.T) {
	all := handlers(t)
	for _, u := range unneeded {
		for _, pattern := range u.actions {
			used := false
			for kind, operations := range all {
				for _, actions := range operations {
					used = used || is(u.kind, kind) && slices.ContainsFunc(actions, func(a string) bool { return is(pattern, a) })
				}
			}
			if !used {
				t.Errorf("no handler of %s calls %s", u.kind, pattern)
			}
		}
	}
}

// noResource are the actions that know no resource
// (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
var noResource = []string{
	"kms:CreateKey", "sns:Unsubscribe", "sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes",
	"logs:DescribeLogGroups", "logs:DescribeIndexPolicies", "logs:DescribeResourcePolicies", "logs:*QueryDefinition*", "lambda:CreateEventSourceMapping",
}

// handled is a handler's call, about a resource of the type in the template.
func handled(t *testing.T, tpl template, kind, action string) call {
	t.Helper()
	region, partition := tpl.where()
	arn := func(service, rest string) string {
		return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + rest
	}
	name := "orgbucket-" + tpl.stage
	c := call{action: action, identity: executionPolicy(t, tpl), principal: executionRole(tpl), context: map[string]any{}}
	service, _, _ := strings.Cut(action, ":")
	switch {
	case slices.ContainsFunc(noResource, func(a string) bool { return is(a, action) }):
		c.resource = "*"
	case service == "s3" && kind == "AWS::Lambda::Function":
		c.resource = "arn:" + partition + ":s3:::cdk-" + qualifier(tpl) + "-assets-" + account + "-" + region + "/code.zip"
	case service == "s3":
		c.resource = tpl.reference("Homes", "Arn")
	case service == "iam":
		c.resource = tpl.resolved(tpl.Outputs["RoleArn"].Value).(string)
	case service == "kms":
		c.resource, c.resourcePolicy = tpl.reference(keyID(tpl), "Arn"), keyPolicy(tpl)
	case kind == "AWS::Lambda::EventSourceMapping":
		c.resource = arn("lambda", "event-source-mapping:a0b1")
	case action == "cloudwatch:PutCompositeAlarm", kind == "AWS::CloudWatch::CompositeAlarm" && action == "cloudwatch:DescribeAlarms":
		// AWS wants both for all alarms
		// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html).
		c.resource = arn("cloudwatch", "alarm:*")
	case kind == "AWS::CloudWatch::Dashboard":
		c.resource = "arn:" + partition + ":cloudwatch::" + account + ":dashboard/" + name + "-overview"
	default:
		c.resource = arn(service, map[string]string{
			"sqs": name + "-dead-letters", "sns": name + "-alarms", "events": "rule/signup/" + name + "-organization-created", "lambda": "function:" + name + "-provision-bucket",
			"logs": "log-group:/aws/lambda/" + name + "-provision-bucket", "cloudwatch": "alarm:" + name + "-dead-letters", "ssm": "parameter/orgbucket/" + tpl.stage + "/queue-url",
		}[service])
	}
	switch {
	case action == "kms:CreateKey", action == "kms:TagResource":
		c.context = map[string]any{"aws:RequestTag/application": "orgbucket"}
	case action == "iam:PassRole":
		c.context = map[string]any{"iam:PassedToService": "lambda.amazonaws.com"}
	case strings.HasPrefix(action, "lambda:") && strings.HasSuffix(action, "EventSourceMapping") && action != "lambda:GetEventSourceMapping":
		c.context = map[string]any{"lambda:FunctionArn": arn("lambda", "function:"+name+"-provision-bucket:live")}
	}
	return c
}

// qualifier is that of the template's bootstrap.
func qualifier(tpl template) string {
	if tpl.stage == everything.Stage {
		return everything.Qualifier
	}
	return stack.DefaultQualifier
}

// executionPolicy is docs/iam's policy for CloudFormation, filled in.
func executionPolicy(t *testing.T, tpl template) any {
	t.Helper()
	_, partition := tpl.where()
	filled := strings.NewReplacer("ACCOUNT", account, "QUALIFIER", qualifier(tpl), "arn:aws:", "arn:"+partition+":")
	var policy any
	if err := json.Unmarshal([]byte(filled.Replace(string(readFile(t, "../docs/iam/cloudformation-execution.json")))), &policy); err != nil {
		t.Fatal(err)
	}
	return policy
}

// executionRole is the bootstrap's role that CloudFormation runs with.
func executionRole(tpl template) string {
	region, partition := tpl.where()
	return "arn:" + partition + ":iam::" + account + ":role/cdk-" + qualifier(tpl) + "-cfn-exec-role-" + account + "-" + region
}

// TestAnOwnQualifierIsEverywhere: what is left of the usual one would be another app's.
func TestAnOwnQualifierIsEverywhere(t *testing.T) {
	var manifest struct{ Artifacts map[string]json.RawMessage }
	if err := json.Unmarshal(readFile(t, shared().dir+"/manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"template": string(shared().stacks[everything.Stage].text), "manifest": string(manifest.Artifacts["orgbucket-everything"])} {
		if strings.Contains(text, stack.DefaultQualifier) || !strings.Contains(text, everything.Qualifier+"-") && !strings.Contains(text, "/"+everything.Qualifier+"/") {
			t.Errorf("the %s is of another bootstrap", where)
		}
	}
}
