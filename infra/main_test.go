package main

import (
	"os/exec"
	"path/filepath"
	"strings"
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

func TestARegionThatIsMisspeltIsSaid(t *testing.T) {
	for region, good := range map[string]bool{"us-east-1": true, "cn-north-1": true, "us-gov-west-1": true, "us-esat-1": false, "eu-central-9": false} {
		err := checkRegion(stack.Settings{Stage: "dev", Region: region})
		if (err == nil) != good || err != nil && !strings.Contains(err.Error(), `stage "dev": region: "`+region) {
			t.Errorf("Region %s: %v", region, err)
		}
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

func TestTheSynthesisRemindsThatTheNamespaceIsNotToBeChanged(t *testing.T) {
	for namespace, want := range map[string]bool{"account-regional": true, "global": false} {
		app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), AnalyticsReporting: jsii.Bool(false)})
		settings := everything
		settings.Namespace = namespace
		reminds := false
		for _, m := range *newStack(app, settings, stack.Code{Provision: "testdata", Audit: "testdata"}).Node().Metadata() {
			text, _ := m.Data.(string)
			reminds = reminds || *m.Type == "aws:cdk:info" && strings.Contains(text, "nor set for a stage that is in use")
		}
		if reminds != want {
			t.Errorf("namespace %s: reminds %t", namespace, reminds)
		}
	}
}

// GovCloud demands FIPS endpoints of many; the function obeys the SDK's own setting.
func TestAStageWithFIPSEndpoints(t *testing.T) {
	for fips, want := range map[bool]string{true: "true", false: ""} {
		app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), AnalyticsReporting: jsii.Bool(false)})
		settings := china
		settings.Stage, settings.Region, settings.FIPS = "gov", "us-gov-west-1", fips
		newStack(app, settings, stack.Code{Provision: "testdata", Audit: "testdata"})
		tpl := readTemplate(filepath.Join(*app.Synth(nil).Directory(), "orgbucket-gov.template.json"))
		if got := functionEnvironment(t, tpl)["AWS_USE_FIPS_ENDPOINT"]; got != want {
			t.Errorf("fips %t: the function has AWS_USE_FIPS_ENDPOINT %q, want %q", fips, got, want)
		}
	}
}

// A stage says for which processor, so whatever synthesizes it needs both builds.
func TestEveryTargetThatSynthesizesBuildsForBothProcessors(t *testing.T) {
	for _, target := range []string{"bootstrap", "synth", "diff", "deploy", "review", "execute", "destroy"} {
		planned, err := exec.Command("make", "-n", "-C", "..", target, "STAGE=dev").CombinedOutput()
		if err != nil {
			t.Fatalf("make -n %s: %v\n%s", target, err, planned)
		}
		if !strings.Contains(string(planned), "GOARCH=amd64 go build") {
			t.Errorf("make %s doesn't build for x86_64", target)
		}
	}
}
