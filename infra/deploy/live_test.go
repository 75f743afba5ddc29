package main

import (
	"context"
	"os/exec"
	"strings"
	"testing"
)

// TestABuildThatCannotStartNeverGetsAMessage: the deployment tells, and the version
// before goes on.
func TestABuildThatCannotStartNeverGetsAMessage(t *testing.T) {
	c := newCloud()
	c.status, c.protected, c.made, c.live, c.broken = "UPDATE_COMPLETE", true, 41, 41, []int{42}
	says(t, c.deployment(prod()).deploy(context.Background()), "version 42 of orgbucket-prod-provision-bucket doesn't start", "Runtime exited", "Version 41 goes on", "aws logs tail")
	if c.made != 42 || c.live != 41 {
		t.Errorf("version %d was made, %d is live", c.made, c.live)
	}
	c.broken = nil
	if err := c.deployment(prod()).deploy(context.Background()); err != nil || c.live != 43 {
		t.Errorf("the next: %v; version %d is live", err, c.live)
	}
	if !strings.Contains(c.out.String(), "make rollback STAGE=prod VERSION=41") {
		t.Errorf("it says %s", c.out.String())
	}
}

func TestAFirstBuildThatCannotStartIsToldToo(t *testing.T) {
	c := newCloud()
	c.broken = []int{1}
	says(t, c.deployment(prod()).deploy(context.Background()), "version 1 of orgbucket-prod-provision-bucket doesn't start")
	if !c.protected {
		t.Error("the stack is there, but isn't protected")
	}
}

func TestAnEarlierVersionComesBackByOneCommand(t *testing.T) {
	c := newCloud()
	c.status, c.protected, c.made, c.live = "UPDATE_COMPLETE", true, 42, 42
	d := c.deployment(prod())
	for _, none := range [][]string{nil, {"v1.2.0"}, {"dev"}, {"$LATEST"}, {"0"}, {"-1"}, {"41", "42"}} {
		d.options = none
		if says(t, d.rollback(context.Background()), "VERSION=41", "aws lambda list-versions-by-function --region eu-west-1 --function-name orgbucket-prod-provision-bucket"); c.live != 42 {
			t.Fatalf("by %q version %d is live", none, c.live)
		}
	}
	d.options = []string{"42"} // CloudFormation refuses an update that changes nothing
	says(t, d.rollback(context.Background()), "version 42", "is live already")
	d.options = []string{"41"}
	if err := d.rollback(context.Background()); err != nil || c.live != 41 || len(c.ran) > 0 {
		t.Errorf("%v; version %d is live, ran cdk %v", err, c.live, c.ran)
	}
	c.broken = []int{40}
	d.options = []string{"40"}
	if says(t, d.rollback(context.Background()), "version 40", "doesn't start"); c.live != 41 {
		t.Errorf("version %d is live", c.live)
	}
}

// TestMakeRollbackTakesNoReleaseForAVersion: VERSION of the Makefile is also a release's,
// with the last tag as its default.
func TestMakeRollbackTakesNoReleaseForAVersion(t *testing.T) {
	for given, want := range map[string]string{"": "rollback|dev|", "VERSION=41": "rollback|dev|41|"} {
		command := exec.Command("make", append([]string{"--directory=../..", "--no-print-directory", "-o", "stage", "-o", "deployer", "rollback", "STAGE=dev", "DEPLOYER=printf '%s|'"}, strings.Fields(given)...)...)
		if out, err := command.CombinedOutput(); err != nil || string(out) != want {
			t.Errorf("with %q: %v; the deployer gets %q, want %q", given, err, out, want)
		}
	}
}
