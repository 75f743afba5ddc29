package main

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/fusionpos/orgbucket/infra/stack"
)

// A bucket whose name has a reference couldn't be imported.
func TestAStageThatIsNotPinnedIsInTheAccountOfTheCredentials(t *testing.T) {
	t.Setenv("CDK_DEFAULT_ACCOUNT", "111122223333")
	if got := inKnownAccount(stack.Settings{}).Account; got != "111122223333" {
		t.Errorf("it's in %q", got)
	}
	if got := inKnownAccount(stack.Settings{Account: account}).Account; got != account {
		t.Errorf("a pinned one is in %q", got)
	}
}

func TestAStackThatIsNotCreatedYetIsNotProtected(t *testing.T) {
	for first, want := range map[bool]bool{true: false, false: true} {
		context := map[string]any{}
		if first {
			context[firstKey] = "true"
		}
		app := awscdk.NewApp(&awscdk.AppProps{Context: &context, Outdir: jsii.String(t.TempDir()), AnalyticsReporting: jsii.Bool(false)})
		if got := newStack(app, everything, stack.Code{Provision: "testdata", Audit: "testdata"}).TerminationProtection(); *got != want {
			t.Errorf("first: %t, protected: %t", first, *got)
		}
	}
}
