package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/infra/stages"
)

// The tests of this package share one app with all its stacks: the first
// synthesis of a process takes seconds, and jsii is one JavaScript process that
// goroutines can't share. So there's no t.Parallel here, and no -race.
var shared = sync.OnceValue(synthesize)

// workDir is where the app was synthesized, empty if no test needed it.
var workDir string

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	if workDir != "" {
		_ = os.RemoveAll(workDir) // what's left is in the temporary directory
	}
	os.Exit(code)
}

// account is what AWS::AccountId is taken for, and the account of "everything".
const account = "935799716578"

// everything is a stage with all that is optional, with other accounts' names.
var everything = stack.Settings{
	Stage: "everything", Account: account, Region: "eu-central-1", Qualifier: "orgbucket",
	BucketPrefix: "fusion-rms-", ClientUserPrefix: "rms_", ClientAccount: "111122223333",
	Senders:            []string{"222233334444", "arn:aws:iam::333344445555:role/signup"},
	SourceTopic:        &stack.SourceTopic{ARN: "arn:aws:sns:eu-central-1:222233334444:signup", Filter: map[string][]string{"type": {"OrganizationCreated"}}},
	EventBus:           &stack.EventBus{Name: "signup", Sources: []string{"fusion.signup"}},
	LetIn:              []string{"arn:aws:sns:eu-central-1:222233334444:signup-before", "arn:aws:events:eu-central-1:" + account + ":rule/before/orgbucket-everything-organization-created"},
	OutcomeSubscribers: []string{"222233334444", "arn:aws:iam::333344445555:role/billing"},
	MaxConcurrency:     50, MemoryMB: 256, Architecture: "x86_64", LogRetentionDays: 365, AuditHours: 1, AuditEvents: true,
	Namespace: "account-regional", BucketTags: map[string]string{"CostCenter": "media", "Owner": "platform team"}, BucketOwnership: "BucketOwnerEnforced",
	Tags: map[string]string{"cost-center": "4711"}, PermissionsBoundary: "arn:aws:iam::" + account + ":policy/boundary",
	AlarmEmails: []string{"operators@example.com"}, AlarmTopics: []string{"arn:aws:sns:eu-central-1:" + account + ":chat"},
	Protected: true,
}

// china is a stage in another partition.
var china = stack.Settings{
	Stage: "china", Account: account, Region: "cn-north-1", Namespace: "global", Qualifier: stack.DefaultQualifier, BucketPrefix: "fusion-rms-", ClientUserPrefix: "rms_",
	Senders: []string{"222233334444"}, MaxConcurrency: 10, MemoryMB: 512, Architecture: "arm64", LogRetentionDays: 90, AuditHours: 24,
}

type synthesized struct {
	dir    string // has the reports
	stacks map[string]template
	order  []string
}

// synthesize makes the stages of cdk.json as they are deployed, and two more,
// with a placeholder for the function's executable.
func synthesize() synthesized {
	context := cdkContext()
	out, err := os.MkdirTemp("", "orgbucket-synth-")
	must(err)
	workDir = out
	code := filepath.Join(out, "placeholder")
	must(os.Mkdir(code, 0o755))
	must(os.WriteFile(filepath.Join(code, "bootstrap"), []byte("the function's executable\n"), 0o755))

	app := awscdk.NewApp(&awscdk.AppProps{
		Context: &context, Outdir: jsii.String(filepath.Join(out, "cdk.out")),
		// Slow, and nothing of it is in a template.
		TreeMetadata: jsii.Bool(false), StackTraces: jsii.Bool(false), AnalyticsReporting: jsii.Bool(false),
	})
	s := synthesized{dir: filepath.Join(out, "cdk.out"), stacks: map[string]template{}}
	for _, stage := range []string{"dev", "staging", "prod"} {
		settings, err := stages.Read(withStage(context, stage))
		must(err)
		stack.New(app, settings, stack.Code{Provision: code, Audit: code})
		s.order = append(s.order, stage)
	}
	for _, settings := range []stack.Settings{everything, china} {
		stack.New(app, settings, stack.Code{Provision: code, Audit: code})
		s.order = append(s.order, settings.Stage)
	}
	stack.Check(app)
	app.Synth(nil)
	for _, stage := range s.order {
		s.stacks[stage] = readTemplate(filepath.Join(s.dir, "orgbucket-"+stage+".template.json"))
	}
	return s
}

// cdkContext is the context of cdk.json, as the cdk command hands it to the app.
func cdkContext() map[string]any {
	text, err := os.ReadFile("../cdk.json")
	must(err)
	var file struct{ Context map[string]any }
	must(json.Unmarshal(text, &file))
	return file.Context
}

// withStage is a context with -c stage=….
func withStage(context map[string]any, stage string) func(string) any {
	return func(key string) any {
		if key == stages.Key {
			return stage
		}
		return context[key]
	}
}

func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("synthesize for tests: %v", err))
	}
}

// each runs a test on every stack.
func each(t *testing.T, test func(t *testing.T, stage string, tpl template)) {
	t.Helper()
	for _, stage := range shared().order {
		t.Run(stage, func(t *testing.T) { test(t, stage, shared().stacks[stage]) })
	}
}
