package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
)

func TestAFailedFirstDeploymentOfAProtectedStageCanBeRepeated(t *testing.T) {
	c := newCloud()
	c.fails = 2
	for range 2 {
		if err := c.deployment(prod()).deploy(context.Background()); err == nil || c.protected {
			t.Fatalf("it failed with %v; the stack is in %s, protected: %t", err, c.status, c.protected)
		}
	}
	if err := c.deployment(prod()).deploy(context.Background()); err != nil || c.status != "CREATE_COMPLETE" || !c.protected {
		t.Errorf("the third: %v; the stack is in %s, protected: %t", err, c.status, c.protected)
	}
}

// What would happen with the cdk command alone.
func TestTheCDKCommandAloneCannotRepeatIt(t *testing.T) {
	c := newCloud()
	c.fails = 1
	for _, want := range []string{"the stack failed", "cannot be deleted"} {
		says(t, c.cdkDeploy(true), want)
	}
}

func TestAStackThatIsThereStaysProtectedWhileItIsUpdated(t *testing.T) {
	for _, status := range []string{"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"} {
		c := newCloud()
		c.status, c.protected, c.fails = status, true, 1
		err := c.deployment(prod()).deploy(context.Background())
		if says(t, err, "the stack failed"); !c.protected || slices.Contains(c.ran[0], firstKey) {
			t.Errorf("from %s: protected: %t, ran cdk %v", status, c.protected, c.ran)
		}
	}
}

func TestAStageThatIsNotProtectedStaysSo(t *testing.T) {
	c := newCloud()
	dev := prod()
	dev.Protected = false
	if err := c.deployment(dev).deploy(context.Background()); err != nil || c.protected {
		t.Errorf("%v; protected: %t", err, c.protected)
	}
}

func TestAStackThatIsStuckAlreadyIsToldHowToGo(t *testing.T) {
	c := newCloud()
	c.status, c.protected = "ROLLBACK_COMPLETE", true
	err := c.deployment(prod()).deploy(context.Background())
	says(t, err, "ROLLBACK_COMPLETE", "update-termination-protection --no-enable-termination-protection --region eu-west-1 --stack-name orgbucket-prod")
	if len(c.ran) > 0 {
		t.Errorf("ran cdk %v", c.ran)
	}
}

func TestProtectionThatFailsIsSaid(t *testing.T) {
	c := newCloud()
	c.On("cloudformation:UpdateTerminationProtection", awsfake.Denied("cloudformation:UpdateTerminationProtection"))
	says(t, c.deployment(prod()).deploy(context.Background()), "is deployed, but isn't protected", "deploy again")
}

// TestWithoutATerminalOneVariableAnswers: a pipeline says YES=1, and otherwise nothing begins.
func TestWithoutATerminalOneVariableAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		run  func(*deployment, context.Context) error
		want string // in the cdk command's arguments
	}{
		"deploy":  {(*deployment).deploy, "--require-approval never"},
		"destroy": {(*deployment).destroy, "--force"},
	} {
		t.Run(name, func(t *testing.T) {
			cloud := newCloud()
			d := cloud.deployment(prod())
			d.terminal = false
			says(t, c.run(d, context.Background()), "no terminal", "YES=1")
			if len(cloud.ran)+len(cloud.Seen()) > 0 {
				t.Errorf("ran cdk %v, asked %v", cloud.ran, cloud.Actions())
			}
			d.yes = true
			if name == "destroy" {
				cloud.status = "CREATE_COMPLETE"
			}
			if err := c.run(d, context.Background()); err != nil || !strings.Contains(strings.Join(cloud.ran[0], " "), c.want) {
				t.Errorf("%v; ran cdk %v", err, cloud.ran)
			}
		})
	}
	cloud := newCloud()
	d := cloud.deployment(prod())
	d.terminal = false
	if err := d.diff(context.Background()); err != nil {
		t.Errorf("diff asks: %v", err)
	}
}

func TestAChangeSetIsMadeLookedAtAndExecuted(t *testing.T) {
	c := newCloud()
	d := c.deployment(prod())
	d.terminal = false
	if err := d.review(context.Background()); err != nil || c.status != "REVIEW_IN_PROGRESS" || c.protected {
		t.Fatalf("%v; the stack is in %s, protected: %t", err, c.status, c.protected)
	}
	if !strings.Contains(c.out.String(), "describe-change-set --region eu-west-1 --stack-name orgbucket-prod --change-set-name orgbucket-review") {
		t.Errorf("it says %s", c.out.String())
	}
	if err := d.execute(context.Background()); err != nil || c.status != "CREATE_COMPLETE" || !c.protected {
		t.Errorf("%v; the stack is in %s, protected: %t", err, c.status, c.protected)
	}
	if got := strings.Join(c.ran[1], " "); !strings.Contains(got, "--method execute-change-set --change-set-name orgbucket-review") || strings.Contains(got, "--import-existing-resources") || !strings.Contains(got, "--outputs-file dist/outputs-prod.json") {
		t.Errorf("ran cdk %s", got)
	}
}

func TestAChangeSetThatIsNotThereIsSaid(t *testing.T) {
	c := newCloud()
	says(t, c.deployment(prod()).execute(context.Background()), "orgbucket-prod has no change set orgbucket-review", "make review STAGE=prod")
	c.changeSet = "EXECUTE_COMPLETE"
	says(t, c.deployment(prod()).execute(context.Background()), "can't be executed: it is EXECUTE_COMPLETE", "make review STAGE=prod")
	if len(c.ran) > 0 {
		t.Errorf("ran cdk %v", c.ran)
	}
}

func TestAStackThatCannotBeDeletedIsToldHowToGo(t *testing.T) {
	c := newCloud()
	says(t, c.deployment(prod()).destroy(context.Background()), "no stack orgbucket-prod in account "+awsfake.Account+", eu-west-1", "make deploy STAGE=prod")
	c.status, c.protected = "CREATE_COMPLETE", true
	says(t, c.deployment(prod()).destroy(context.Background()), "orgbucket-prod is protected from deletion", `"protected": false`)
	if len(c.ran) > 0 {
		t.Errorf("ran cdk %v", c.ran)
	}
}
