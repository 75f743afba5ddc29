package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
)

// cloud is AWS with the cdk command in front of it: one stack, which follows
// CloudFormation's rules for creation and deletion, as the command does
// (aws-cdk 2.1148.1, deploy-stack.ts).
type cloud struct {
	*awsfake.World
	status    string // the stack's, empty if there is none
	protected bool
	// fails is how many of the next deployments fail.
	fails int
	// made and live are the function's versions, 0 if there are none; broken are those
	// that don't start.
	made, live int
	broken     []int
	keep       int // the version that the change set leaves live, 0 for the new one
	// changeSet is how far the execution of the one to review is, empty if there is none.
	changeSet string
	// ran are the cdk command's arguments, run by run.
	ran [][]string
	out bytes.Buffer
}

const deployRole = "arn:aws:iam::" + awsfake.Account + ":role/cdk-hnb659fds-deploy-role-" + awsfake.Account + "-" + awsfake.Region

func newCloud() *cloud {
	c := &cloud{World: awsfake.New()}
	c.OnEach("sts:AssumeRole", func(r awsfake.Request) awsfake.Answer {
		if r.Fields["RoleArn"] != deployRole {
			return awsfake.Denied("sts:AssumeRole")
		}
		return awsfake.Answer{Body: `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>` +
			`<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`}
	})
	c.On("ssm:GetParameter", awsfake.JSON(map[string]any{"Parameter": map[string]any{"Name": "/cdk-bootstrap/hnb659fds/version", "Value": "30"}}))
	c.OnEach("cloudformation:DescribeStacks", func(awsfake.Request) awsfake.Answer {
		if c.status == "" {
			return awsfake.Refuse("cloudformation:DescribeStacks", 400, "ValidationError", "Stack with id orgbucket-prod does not exist")
		}
		return awsfake.Answer{Body: fmt.Sprintf(`<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>orgbucket-prod</StackName><CreationTime>2026-11-28T00:00:00Z</CreationTime>`+
			`<StackStatus>%s</StackStatus><EnableTerminationProtection>%t</EnableTerminationProtection>%s</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`, c.status, c.protected, c.versions())}
	})
	c.OnEach("cloudformation:DescribeChangeSet", func(awsfake.Request) awsfake.Answer {
		if c.changeSet == "" {
			return awsfake.Refuse("cloudformation:DescribeChangeSet", 404, "ChangeSetNotFound", "ChangeSet [orgbucket-review] does not exist")
		}
		return awsfake.Answer{Body: `<DescribeChangeSetResponse><DescribeChangeSetResult><ExecutionStatus>` + c.changeSet + `</ExecutionStatus></DescribeChangeSetResult></DescribeChangeSetResponse>`}
	})
	c.OnEach("cloudformation:UpdateTerminationProtection", func(r awsfake.Request) awsfake.Answer {
		c.protected = r.Fields["EnableTerminationProtection"] == "true"
		return awsfake.Answer{Body: `<UpdateTerminationProtectionResponse><UpdateTerminationProtectionResult><StackId>id</StackId></UpdateTerminationProtectionResult></UpdateTerminationProtectionResponse>`}
	})
	c.OnEach("lambda:InvokeFunction", func(r awsfake.Request) awsfake.Answer {
		if version, _ := strconv.Atoi(r.Fields["Qualifier"]); slices.Contains(c.broken, version) {
			return awsfake.Answer{Header: http.Header{"X-Amz-Function-Error": {"Unhandled"}}, Body: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 1 Error: Runtime exited with error: exit status 1"}`}
		}
		return awsfake.Answer{Body: `{"batchItemFailures":[]}`}
	})
	c.OnEach("cloudformation:UpdateStack", func(r awsfake.Request) awsfake.Answer {
		if r.Fields["UsePreviousTemplate"] != "true" || r.Fields["Parameters.member.2.UsePreviousValue"] != "true" {
			return awsfake.Refuse("cloudformation:UpdateStack", 400, "ValidationError", "it isn't the parameter alone")
		}
		c.live, _ = strconv.Atoi(r.Fields["Parameters.member.1.ParameterValue"])
		c.status = "UPDATE_COMPLETE"
		return awsfake.Answer{Body: `<UpdateStackResponse><UpdateStackResult><StackId>id</StackId></UpdateStackResult></UpdateStackResponse>`}
	})
	return c
}

// versions are the stack's parameters and outputs.
func (c *cloud) versions() string {
	return fmt.Sprintf(`<Parameters><member><ParameterKey>LiveVersion</ParameterKey></member><member><ParameterKey>BootstrapVersion</ParameterKey></member></Parameters>`+
		`<Outputs><member><OutputKey>LiveVersionNumber</OutputKey><OutputValue>%d</OutputValue></member><member><OutputKey>NewVersionNumber</OutputKey><OutputValue>%d</OutputValue></member></Outputs>`, c.live, c.made)
}

// prod is a protected stage.
func prod() stack.Settings {
	return stack.Settings{Stage: "prod", Region: awsfake.Region, Account: awsfake.Account, Qualifier: stack.DefaultQualifier, Protected: true}
}

func (c *cloud) deployment(s stack.Settings) *deployment {
	return &deployment{settings: s, cfg: c.Config(), out: &c.out, terminal: true, cdk: func(_ context.Context, args ...string) error {
		c.ran = append(c.ran, args)
		if args[0] != "deploy" {
			return nil
		}
		if slices.Contains(args, "prepare-change-set") {
			c.changeSet = "AVAILABLE"
			c.status, c.protected = "REVIEW_IN_PROGRESS", s.Protected && !slices.Contains(args, firstKey)
			return nil
		}
		if i := slices.Index(args, "--parameters"); i > 0 {
			c.keep, _ = strconv.Atoi(strings.TrimPrefix(args[i+1], "LiveVersion="))
		}
		return c.cdkDeploy(s.Protected && !slices.Contains(args, firstKey))
	}}
}

const firstKey = "first=true"

// cdkDeploy does what the command does with the termination protection of the app.
func (c *cloud) cdkDeploy(protected bool) error {
	if strings.HasPrefix(c.status, "ROLLBACK_") {
		if c.protected {
			return errors.New("Stack [orgbucket-prod] cannot be deleted while TerminationProtection is enabled")
		}
		c.status = ""
	}
	creating := c.status == "" || c.status == "REVIEW_IN_PROGRESS"
	c.protected = protected
	if c.fails > 0 {
		c.fails--
		c.status = map[bool]string{true: "ROLLBACK_COMPLETE", false: "UPDATE_ROLLBACK_COMPLETE"}[creating]
		return errors.New("the stack failed")
	}
	c.status = map[bool]string{true: "CREATE_COMPLETE", false: "UPDATE_COMPLETE"}[creating]
	c.made++
	if c.live = c.keep; c.live == 0 {
		c.live = c.made
	}
	return nil
}

// says checks that an error has all these texts.
func says(t *testing.T, err error, want ...string) {
	t.Helper()
	for _, w := range want {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("the error is %v, which says nothing of %q", err, w)
		}
	}
}
