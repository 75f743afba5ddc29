package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/fusionpos/orgbucket/infra/stack"
)

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// documents returns every policy document in a template by where it is.
func documents(tpl template) map[string][]map[string]any {
	all := map[string][]map[string]any{}
	for id, r := range tpl.Resources {
		for _, key := range []string{"PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument"} {
			if d := r.Properties[key]; d != nil {
				all[id+" "+key] = tpl.statements(d)
			}
		}
		inline, _ := r.Properties["Policies"].([]any)
		for _, p := range inline {
			all[id+" "+get(p, "PolicyName").(string)] = tpl.statements(get(p, "PolicyDocument"))
		}
	}
	return all
}

// A * is fine where it means less than it seems to; each kind is named here.
func TestNoStarWithoutAStatedReason(t *testing.T) {
	reasons := []struct {
		why   string
		holds func(where string, s map[string]any) bool
	}{
		{"in a key's policy the resource * is the key itself", func(where string, s map[string]any) bool {
			return strings.HasSuffix(where, " KeyPolicy") && s["Resource"] == "*"
		}},
		{"AWS knows no resource for a search by tag, for the account's public access block and for its list of buckets", func(_ string, s map[string]any) bool {
			actions := list(s["Action"])
			return len(actions) == 1 && slices.Contains([]string{"tag:GetResources", "s3:GetAccountPublicAccessBlock", "s3:ListAllMyBuckets"}, actions[0])
		}},
		{"a refusal may be as wide as it likes", func(_ string, s map[string]any) bool { return s["Effect"] == "Deny" }},
	}
	each(t, func(t *testing.T, _ string, tpl template) {
		for where, statements := range documents(tpl) {
			for _, s := range statements {
				star := s["Resource"] == "*" || s["Principal"] == "*" || slices.Contains(list(get(s, "Principal", "AWS")), "*") || slices.Contains(list(s["Resource"]), "*")
				explained := false
				for _, r := range reasons {
					explained = explained || r.holds(where, s)
				}
				if star && !explained {
					t.Errorf("%s: a * without a reason in %v", where, s)
				}
			}
		}
	})
}

func TestNoPolicyAllowsAWildcardOfActions(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		for where, statements := range documents(tpl) {
			for _, s := range statements {
				if s["Effect"] != "Allow" {
					continue
				}
				if s["NotAction"] != nil || s["NotResource"] != nil || s["NotPrincipal"] != nil {
					t.Errorf("%s allows all but something: %v", where, s)
				}
				for _, action := range list(s["Action"]) {
					// The account's own administration of the key, without which nobody
					// could ever change it; and CloudWatch's, which AWS documents so.
					allowed := strings.HasSuffix(where, " KeyPolicy") && (action == "kms:*" || action == "kms:GenerateDataKey*")
					if strings.Contains(action, "*") && !allowed {
						t.Errorf("%s allows %s", where, action)
					}
				}
			}
		}
	})
}

func TestTheRolesAreTheOnlyPlaceThatGrantsTheFunctionsAnything(t *testing.T) {
	each(t, func(t *testing.T, _ string, tpl template) {
		if n := len(tpl.ofType("AWS::IAM::Policy")) + len(tpl.ofType("AWS::IAM::ManagedPolicy")); n > 0 {
			t.Errorf("%d policies beside the role's own", n)
		}
		roles := tpl.ofType("AWS::IAM::Role")
		for _, role := range roles {
			if role.Properties["ManagedPolicyArns"] != nil || len(role.Properties["Policies"].([]any)) != 1 {
				t.Errorf("a role has other policies than its own: %v", role.Properties)
			}
		}
		if len(roles) != 2 {
			t.Errorf("%d roles", len(roles))
		}
	})
}

func TestOnlyWhoIsConfiguredMaySend(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		var got []string
		for where, statements := range documents(tpl) {
			if !strings.HasPrefix(where, "QueuePolicy") {
				continue
			}
			for _, s := range statements {
				if s["Effect"] == "Allow" {
					got = append(got, fmt.Sprintf("%s: %s by %v if %v", s["Sid"], s["Action"], s["Principal"], s["Condition"]))
				}
			}
		}
		slices.Sort(got)
		want := map[string][]string{
			everything.Stage: {
				"LetIn1: sqs:SendMessage by map[Service:sns.amazonaws.com] if map[ArnEquals:map[aws:SourceArn:" + everything.LetIn[0] + "]]",
				"LetIn2: sqs:SendMessage by map[Service:events.amazonaws.com] if map[ArnEquals:map[aws:SourceArn:" + everything.LetIn[1] + "]]",
				"Senders: sqs:SendMessage by map[AWS:[arn:aws:iam::222233334444:root arn:aws:iam::333344445555:role/signup]] if <nil>",
				"SourceRule: sqs:SendMessage by map[Service:events.amazonaws.com] if map[ArnEquals:map[aws:SourceArn:arn:aws:events:eu-central-1:" + account + ":rule/signup/orgbucket-everything-organization-created]]",
				"SourceTopic: sqs:SendMessage by map[Service:sns.amazonaws.com] if map[ArnEquals:map[aws:SourceArn:arn:aws:sns:eu-central-1:222233334444:signup]]",
			},
			china.Stage: {"Senders: sqs:SendMessage by map[AWS:arn:aws-cn:iam::222233334444:root] if <nil>"},
		}[stage]
		if !slices.Equal(got, want) {
			t.Errorf("the queue lets in\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// TestSourcesComeAfterTheQueuesPoliciesAndGoBeforeThem: CloudFormation deletes in the
// opposite order of creation, also when a source leaves the settings.
func TestSourcesComeAfterTheQueuesPoliciesAndGoBeforeThem(t *testing.T) {
	tpl := shared().stacks[everything.Stage]
	var policies []string
	for id, r := range tpl.Resources {
		if r.Type == "AWS::SQS::QueuePolicy" {
			policies = append(policies, id)
			text, err := json.Marshal(r)
			if err != nil || strings.Contains(string(text), "SourceRule\",") || strings.Contains(string(text), "SourceSubscription\",") {
				t.Errorf("%s waits for a source (%v): %s", id, err, text)
			}
		}
	}
	for _, kind := range []string{"AWS::SNS::Subscription", "AWS::Events::Rule"} {
		source := tpl.only(t, kind, "Source")
		for _, policy := range policies {
			if len(policies) != 2 || !slices.Contains(list(source.DependsOn), policy) {
				t.Errorf("a %s doesn't wait for %s, only for %v", kind, policy, source.DependsOn)
			}
		}
	}
}

func TestARuleOfTheDefaultBusIsLetIn(t *testing.T) {
	s := everything
	s.EventBus = &stack.EventBus{Name: "default"}
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), AnalyticsReporting: jsii.Bool(false)})
	stack.New(app, s, stack.Code{Provision: "testdata", Audit: "testdata"})
	tpl := readTemplate(filepath.Join(*app.Synth(nil).Directory(), "orgbucket-everything.template.json"))
	if !strings.Contains(fmt.Sprint(tpl.resolved(tpl.only(t, "AWS::SQS::QueuePolicy", "QueuePolicy").Properties)), ":rule/orgbucket-everything-organization-created]") {
		t.Error("the queue's policy doesn't name the rule")
	}
}

func TestWhatSNSAndEventBridgeCannotDeliverIsKept(t *testing.T) {
	tpl := shared().stacks[everything.Stage]
	deadLetters := tpl.resolved(tpl.Outputs["DeadLetterQueueArn"].Value)
	subscription := tpl.only(t, "AWS::SNS::Subscription", "SourceSubscription").Properties
	rule := tpl.only(t, "AWS::Events::Rule", "SourceRule").Properties
	target := rule["Targets"].([]any)[0]
	for what, got := range map[string]any{
		"the subscription's": tpl.resolved(get(subscription, "RedrivePolicy", "deadLetterTargetArn")),
		"the rule's":         tpl.resolved(get(target, "DeadLetterConfig", "Arn")),
	} {
		if got != deadLetters {
			t.Errorf("%s dead letters go to %v", what, got)
		}
	}
	if subscription["RawMessageDelivery"] == true {
		t.Error("raw delivery drops messages with more than ten attributes")
	}
	if filter, _ := json.Marshal(subscription["FilterPolicy"]); string(filter) != `{"type":["OrganizationCreated"]}` {
		t.Errorf("the subscription's filter is %s", filter)
	}
	if got := fmt.Sprint(rule["EventPattern"]); got != "map[detail-type:[OrganizationCreated] source:[fusion.signup]]" {
		t.Errorf("the rule matches %s", got)
	}
}

func TestTheFunctionAlonePublishesOutcomesAndOnlyTheConfiguredSubscribe(t *testing.T) {
	each(t, func(t *testing.T, stage string, tpl template) {
		roles := []string{tpl.resolved(tpl.Outputs["RoleArn"].Value).(string)}
		if stage == everything.Stage { // its findings are published
			roles = append(roles, auditRole(tpl))
		}
		same := func(v any) bool {
			got := list(v)
			slices.Sort(got)
			return slices.Equal(got, slices.Sorted(slices.Values(roles)))
		}
		bySid := map[any]map[string]any{}
		for where, statements := range documents(tpl) {
			if strings.HasPrefix(where, "OutcomesPolicy") {
				for _, s := range statements {
					bySid[s["Sid"]] = s
				}
			}
		}
		if s := bySid["FunctionPublishes"]; !same(get(s, "Principal", "AWS")) || s["Action"] != "sns:Publish" {
			t.Errorf("may publish: %v", s)
		}
		if s := bySid["NobodyElsePublishes"]; s["Effect"] != "Deny" || s["Principal"] != "*" || !same(get(s, "Condition", "ArnNotEquals", "aws:PrincipalArn")) {
			t.Errorf("may not publish: %v", s)
		}
		want := 3
		if stage == everything.Stage {
			want = 4
			s := bySid["Subscribers"]
			if got := fmt.Sprintf("%s by %s", s["Action"], get(s, "Principal", "AWS")); got != "sns:Subscribe by [arn:aws:iam::222233334444:root arn:aws:iam::333344445555:role/billing]" {
				t.Errorf("may subscribe: %s", got)
			}
		}
		if len(bySid) != want {
			t.Errorf("the topic's policy has the statements %v", slices.Collect(maps.Keys(bySid)))
		}
	})
}

func TestNagHasNoFindingWithoutAReason(t *testing.T) {
	each(t, func(t *testing.T, stage string, _ template) {
		report := filepath.Join(shared().dir, "AwsSolutions--orgbucket-"+stage+"-NagReport.csv")
		rows, err := csv.NewReader(strings.NewReader(string(readFile(t, report)))).ReadAll()
		if err != nil || len(rows) < 10 {
			t.Fatalf("%s has %d rows: %v", report, len(rows), err)
		}
		suppressed := 0
		for _, row := range rows[1:] {
			rule, resource, compliance, reason := row[0], row[1], row[2], row[3]
			switch compliance {
			case "Compliant", "N/A":
			case "Suppressed":
				suppressed++
				wildcard := rule == "AwsSolutions-IAM5" && (resource == "orgbucket-"+stage+"/Role/Resource" || resource == "orgbucket-"+stage+"/AuditRole/Resource")
				unlogged := rule == "AwsSolutions-S1" && resource == "orgbucket-"+stage+"/Homes"
				if !wildcard && !unlogged {
					t.Errorf("%s of %s is suppressed: %s", rule, resource, reason)
				}
			default:
				t.Errorf("%s of %s: %s", rule, resource, compliance)
			}
		}
		if suppressed != 9 {
			t.Errorf("%d findings are suppressed, four wildcards of each role and the claims' access log are expected", suppressed)
		}
	})
}
