package main

import (
	"context"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
)

func TestABootstrapThatOthersUseIsChangedOnlyIfAsked(t *testing.T) {
	c := newCloud()
	c.status = "UPDATE_COMPLETE" // of the toolkit's stack
	says(t, c.deployment(prod()).bootstrap(context.Background()), "bootstrapped for CDK in eu-west-1 already", "CDKToolkit (UPDATE_COMPLETE", `"qualifier"`, "SHARED=1")
	if len(c.ran) > 0 {
		t.Errorf("ran cdk %v", c.ran)
	}
	asked := c.deployment(prod())
	asked.shared = true
	if err := asked.bootstrap(context.Background()); err != nil || len(c.ran) != 1 {
		t.Errorf("%v; ran cdk %v", err, c.ran)
	}
}

func TestABootstrapOfItsOwnHasItsOwnStack(t *testing.T) {
	c := newCloud()
	c.status = "UPDATE_COMPLETE" // whatever else is there
	own := prod()
	own.Qualifier = "orgbucket"
	d := c.deployment(own)
	d.options = []string{"--cloudformation-execution-policies", "arn:aws:iam::1:policy/orgbucket-deploy"}
	if err := d.bootstrap(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := "bootstrap aws://" + awsfake.Account + "/eu-west-1 -c stage=prod --qualifier orgbucket --toolkit-stack-name CDKToolkit-orgbucket --cloudformation-execution-policies arn:aws:iam::1:policy/orgbucket-deploy"
	if got := strings.Join(c.ran[0], " "); got != want {
		t.Errorf("ran cdk %s\nnot     %s", got, want)
	}
}

func TestThePolicyIsFilledIn(t *testing.T) {
	t.Chdir("../..")
	c := newCloud()
	china := prod()
	china.Region, china.Qualifier = "cn-north-1", "orgbucket"
	if err := c.deployment(china).policy(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := c.out.String()
	for _, no := range []string{"ACCOUNT", "QUALIFIER", "arn:aws:"} {
		if strings.Contains(got, no) {
			t.Errorf("it still has %s", no)
		}
	}
	for _, want := range []string{"arn:aws-cn:sqs:*:" + awsfake.Account + ":orgbucket-*", "cdk-orgbucket-assets-" + awsfake.Account, "parameter/cdk-bootstrap/orgbucket/*"} {
		if !strings.Contains(got, want) {
			t.Errorf("it has no %s", want)
		}
	}
}
