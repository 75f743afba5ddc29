package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// neverCreated are the states of a stack whose creation didn't succeed, or hasn't yet.
// The cdk command deletes one that failed before it creates the stack anew.
var neverCreated = []types.StackStatus{
	types.StackStatusReviewInProgress, types.StackStatusCreateFailed,
	types.StackStatusRollbackComplete, types.StackStatusRollbackFailed,
}

// deploy creates or updates the stack.
//
// The cdk command sets a stack's termination protection before it executes the change
// set, and CloudFormation refuses to delete a protected stack
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html):
// a first deployment that fails couldn't be repeated. So a stack is created
// unprotected, and protected once it is there.
func (d *deployment) deploy(ctx context.Context) error {
	if !d.yes && !d.terminal {
		return d.noTerminal()
	}
	before, formation, err := d.prepare(ctx)
	if err != nil {
		return err
	}
	options := keepLive(before)
	if d.yes {
		options = append(options, "--require-approval", "never")
	}
	return d.create(ctx, before, formation, options...)
}

// create deploys with more options of the cdk command, protects a stack that wasn't there
// before, and lets the new version have the messages.
func (d *deployment) create(ctx context.Context, before *types.Stack, formation *cloudformation.Client, options ...string) error {
	outputs := "dist/outputs-" + d.settings.Stage + ".json"
	if err := d.cdk(ctx, slices.Concat(d.cdkDeploy(before), options, []string{"--outputs-file", outputs})...); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "The outputs are in %s.\n", outputs)
	if before == nil && d.settings.Protected {
		if err := d.protect(ctx, formation); err != nil {
			return err
		}
	}
	return d.switchToNew(ctx, formation)
}

// prepare checks what a deployment needs, and returns the stack, nil if it was never
// created.
func (d *deployment) prepare(ctx context.Context) (before *types.Stack, formation *cloudformation.Client, err error) {
	if err := d.checkCaller(ctx); err != nil {
		return nil, nil, err
	}
	cfg, err := d.asDeployer(ctx)
	if err != nil {
		return nil, nil, err
	}
	formation = cloudformation.NewFromConfig(cfg)
	before, err = describe(ctx, formation, d.settings.StackName())
	switch {
	case err != nil:
		return nil, nil, err
	case before == nil || !slices.Contains(neverCreated, before.StackStatus):
		return before, formation, nil
	case aws.ToBool(before.EnableTerminationProtection):
		return nil, nil, d.stuck(before)
	}
	return nil, formation, nil
}

// cdkDeploy is the beginning of the cdk command's arguments for a deployment.
func (d *deployment) cdkDeploy(before *types.Stack) []string {
	args := []string{"deploy", d.settings.StackName(), "-c", "stage=" + d.settings.Stage}
	if before == nil {
		args = append(args, "-c", "first=true")
	}
	return args
}

// keepLive are the options of a change set that leaves the version that is live, until
// the new one was seen to start.
func keepLive(before *types.Stack) []string {
	return []string{"--import-existing-resources", "--parameters", stack.LiveParameter + "=" + outputOf(before, stack.LiveOutput)}
}

// diff shows what a deployment would change.
func (d *deployment) diff(ctx context.Context) error {
	if err := d.checkCaller(ctx); err != nil {
		return err
	}
	return d.cdk(ctx, "diff", d.settings.StackName(), "-c", "stage="+d.settings.Stage, "--import-existing-resources")
}

// destroy deletes the stack.
func (d *deployment) destroy(ctx context.Context) error {
	if !d.yes && !d.terminal {
		return d.noTerminal()
	}
	if err := d.checkCaller(ctx); err != nil {
		return err
	}
	cfg, err := d.asDeployer(ctx)
	if err != nil {
		return err
	}
	there, err := describe(ctx, cloudformation.NewFromConfig(cfg), d.settings.StackName())
	switch {
	case err != nil:
		return err
	case there == nil:
		return d.noStack()
	case aws.ToBool(there.EnableTerminationProtection):
		return fmt.Errorf("the stack %s is protected from deletion, and nothing was deleted. Set \"protected\": false for stage %s in cdk.json and deploy, then destroy: docs/deploy.md#deleting-a-stage", d.settings.StackName(), d.settings.Stage)
	}
	args := []string{"destroy", d.settings.StackName(), "-c", "stage=" + d.settings.Stage}
	if d.yes {
		args = append(args, "--force")
	}
	return d.cdk(ctx, args...)
}

// noTerminal is the error of a question that nobody can answer.
func (d *deployment) noTerminal() error {
	return errors.New("there is no terminal to ask at: say YES=1 for yes to every question, after `make diff STAGE=" + d.settings.Stage + "` or with `make review`")
}

// noStack is the error of what needs a stack.
func (d *deployment) noStack() error {
	s := d.settings
	return fmt.Errorf("there's no stack %s in account %s, %s: nothing was changed. `make deploy STAGE=%s` makes it", s.StackName(), s.Account, s.Region, s.Stage)
}

// stuck says how to get rid of a stack that was protected before it was created.
func (d *deployment) stuck(s *types.Stack) error {
	return fmt.Errorf("the stack %s is in %s: it was never created, but has termination protection, so nobody can delete it. There is nothing in it to protect: "+
		"`aws cloudformation update-termination-protection --no-enable-termination-protection --region %s --stack-name %s`, then deploy again",
		d.settings.StackName(), s.StackStatus, d.settings.Region, d.settings.StackName())
}

// describe returns a stack, nil if there is none.
func describe(ctx context.Context, formation *cloudformation.Client, name string) (*types.Stack, error) {
	out, err := formation.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		if isMissing(err) {
			return nil, nil
		}
		return nil, fmt.Errorf("look at stack %s: %s", name, awserror.Of(err).Text)
	}
	if len(out.Stacks) == 0 {
		return nil, nil
	}
	return &out.Stacks[0], nil
}

// isMissing reports whether an error is that of a stack or change set that isn't there.
func isMissing(err error) bool {
	failure := awserror.Of(err)
	// CloudFormation has no code of its own for a stack.
	return failure.Code == "ChangeSetNotFound" || failure.Code == "ValidationError" && strings.Contains(failure.Text, "does not exist")
}

func (d *deployment) protect(ctx context.Context, formation *cloudformation.Client) error {
	name := d.settings.StackName()
	_, err := formation.UpdateTerminationProtection(ctx, &cloudformation.UpdateTerminationProtectionInput{
		StackName: &name, EnableTerminationProtection: aws.Bool(true),
	})
	if err != nil {
		return fmt.Errorf("the stack %s is deployed, but isn't protected from deletion (%s): deploy again", name, awserror.Of(err).Text)
	}
	fmt.Fprintf(d.out, "%s is protected from deletion.\n", name)
	return nil
}
