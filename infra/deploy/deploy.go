package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// neverCreated are the states of a stack whose creation didn't succeed, or hasn't yet.
// The cdk command deletes one that failed before it creates the stack anew.
var neverCreated = []types.StackStatus{
	types.StackStatusReviewInProgress, types.StackStatusCreateFailed,
	types.StackStatusRollbackComplete, types.StackStatusRollbackFailed,
}

func (d *deployment) stackName() string { return "orgbucket-" + d.settings.Stage }

// deploy creates or updates the stack.
//
// The cdk command sets a stack's termination protection before it executes the change
// set, and CloudFormation refuses to delete a protected stack
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html):
// a first deployment that fails couldn't be repeated. So a stack is created
// unprotected, and protected once it is there.
func (d *deployment) deploy(ctx context.Context) error {
	if err := d.checkCaller(ctx); err != nil {
		return err
	}
	cfg, err := d.asDeployer(ctx)
	if err != nil {
		return err
	}
	formation := cloudformation.NewFromConfig(cfg)
	before, err := describe(ctx, formation, d.stackName())
	if err != nil {
		return err
	}
	first := before == nil || slices.Contains(neverCreated, before.StackStatus)
	if first && before != nil && aws.ToBool(before.EnableTerminationProtection) {
		return d.stuck(before)
	}
	args := []string{"deploy", "-c", "stage=" + d.settings.Stage, "--import-existing-resources"}
	if first {
		args = append(args, "-c", "first=true")
	}
	if err := d.cdk(ctx, args...); err != nil {
		return err
	}
	if first && d.settings.Protected {
		return d.protect(ctx, formation)
	}
	return nil
}

// stuck says how to get rid of a stack that was protected before it was created.
func (d *deployment) stuck(s *types.Stack) error {
	return fmt.Errorf("the stack %s is in %s: it was never created, but has termination protection, so nobody can delete it. There is nothing in it to protect: "+
		"`aws cloudformation update-termination-protection --no-enable-termination-protection --region %s --stack-name %s`, then deploy again",
		d.stackName(), s.StackStatus, d.settings.Region, d.stackName())
}

// describe returns a stack, nil if there is none.
func describe(ctx context.Context, formation *cloudformation.Client, name string) (*types.Stack, error) {
	out, err := formation.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		// CloudFormation has no code of its own for "there is none".
		if failure := awserror.Of(err); failure.Code == "ValidationError" && strings.Contains(failure.Text, "does not exist") {
			return nil, nil
		}
		return nil, fmt.Errorf("look at stack %s: %s", name, awserror.Of(err).Text)
	}
	if len(out.Stacks) == 0 {
		return nil, nil
	}
	return &out.Stacks[0], nil
}

func (d *deployment) protect(ctx context.Context, formation *cloudformation.Client) error {
	name := d.stackName()
	_, err := formation.UpdateTerminationProtection(ctx, &cloudformation.UpdateTerminationProtectionInput{
		StackName: &name, EnableTerminationProtection: aws.Bool(true),
	})
	if err != nil {
		return fmt.Errorf("the stack %s is deployed, but isn't protected from deletion (%s): deploy again", name, awserror.Of(err).Text)
	}
	fmt.Fprintf(d.out, "%s is protected from deletion.\n", name)
	return nil
}
