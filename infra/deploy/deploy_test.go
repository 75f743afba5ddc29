package main

import (
	"context"
	"slices"
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
