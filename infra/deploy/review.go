package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// changeSet is the name of the change set that is made to be looked at.
const changeSet = "orgbucket-review"

// review makes a change set and leaves it to be looked at. A stack that isn't there
// yet is then in REVIEW_IN_PROGRESS.
func (d *deployment) review(ctx context.Context) error {
	before, _, err := d.prepare(ctx)
	if err != nil {
		return err
	}
	args := slices.Concat(d.cdkDeploy(before), keepLive(before), []string{"--require-approval", "never", "--method", "prepare-change-set", "--change-set-name", changeSet})
	if err := d.cdk(ctx, args...); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "Look at it in the console, or: aws cloudformation describe-change-set --region %s --stack-name %s --change-set-name %s\nThen: make execute STAGE=%s\n",
		d.settings.Region, d.settings.StackName(), changeSet, d.settings.Stage)
	return nil
}

// execute executes the change set that was looked at.
func (d *deployment) execute(ctx context.Context) error {
	before, formation, err := d.prepare(ctx)
	if err != nil {
		return err
	}
	if err := d.checkReviewed(ctx, formation); err != nil {
		return err
	}
	return d.create(ctx, before, formation, "--require-approval", "never", "--method", "execute-change-set", "--change-set-name", changeSet)
}

// checkReviewed makes sure that there is a change set that wasn't executed yet.
func (d *deployment) checkReviewed(ctx context.Context, formation *cloudformation.Client) error {
	name, wanted := d.settings.StackName(), changeSet
	out, err := formation.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{StackName: &name, ChangeSetName: &wanted})
	switch {
	case err != nil && isMissing(err):
		return fmt.Errorf("the stack %s has no change set %s: `make review STAGE=%s` makes it, unless there is nothing to change", name, wanted, d.settings.Stage)
	case err != nil:
		return fmt.Errorf("look at the change set %s of stack %s: %s", wanted, name, awserror.Of(err).Explain("cloudformation:DescribeChangeSet"))
	case out.ExecutionStatus != types.ExecutionStatusAvailable:
		return fmt.Errorf("the change set %s of stack %s can't be executed: it is %s (%s). `make review STAGE=%s` makes a new one",
			wanted, name, out.ExecutionStatus, aws.ToString(out.StatusReason), d.settings.Stage)
	}
	return nil
}
