package main

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// updateTakes is how long an update of the alias alone may take.
const updateTakes = 10 * time.Minute

// outputOf returns a stack's output, empty if it has none of that name.
func outputOf(s *types.Stack, name string) string {
	if s == nil {
		return ""
	}
	for _, o := range s.Outputs {
		if aws.ToString(o.OutputKey) == name {
			return aws.ToString(o.OutputValue)
		}
	}
	return ""
}

// switchToNew gives the queue's messages to the version that was just deployed, if it
// starts. Otherwise the version before goes on.
func (d *deployment) switchToNew(ctx context.Context, formation *cloudformation.Client) error {
	after, err := describe(ctx, formation, d.settings.StackName())
	if err != nil {
		return err
	}
	made, live := outputOf(after, stack.NewOutput), outputOf(after, stack.LiveOutput)
	if made == "" {
		return nil // a server that plays CloudFormation may have no outputs
	}
	if err := d.checkStart(ctx, made); err != nil {
		if made == live {
			return err
		}
		return fmt.Errorf("%w. Version %s goes on as before and no message is lost: mend it, then deploy again", err, live)
	}
	if made == live {
		return nil
	}
	if err := d.setLive(ctx, formation, after, made); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "Version %s starts and is live. Back to the one before: make rollback STAGE=%s VERSION=%s\n", made, d.settings.Stage, live)
	return nil
}

// rollback gives the queue's messages to an earlier version, without a build.
func (d *deployment) rollback(ctx context.Context) error {
	if len(d.options) != 1 || !versionForm.MatchString(d.options[0]) {
		return fmt.Errorf("which version of the function? %q isn't one number: VERSION=41, for example; make deploy told it, and %s", d.options, d.listVersions())
	}
	before, formation, err := d.prepare(ctx)
	if err != nil {
		return err
	}
	if before == nil {
		return d.noStack()
	}
	version := d.options[0]
	if version == outputOf(before, stack.LiveOutput) {
		return fmt.Errorf("version %s of %s is live already; %s", version, d.settings.FunctionName(), d.listVersions())
	}
	if err := d.checkStart(ctx, version); err != nil {
		return err
	}
	if err := d.setLive(ctx, formation, before, version); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "Version %s is live. The next make deploy goes on from its own code.\n", version)
	return nil
}

// versionForm is that of a published version's number, not of a release.
var versionForm = regexp.MustCompile(`^[1-9][0-9]*$`)

// listVersions says how to find the function's versions.
func (d *deployment) listVersions() string {
	return fmt.Sprintf("`aws lambda list-versions-by-function --region %s --function-name %s` lists all", d.settings.Region, d.settings.FunctionName())
}

// checkStart makes sure that a version of the function starts, with its settings: it is
// called with an empty batch, for which it does nothing.
func (d *deployment) checkStart(ctx context.Context, version string) error {
	name := d.settings.FunctionName()
	out, err := lambda.NewFromConfig(d.cfg).Invoke(ctx, &lambda.InvokeInput{FunctionName: &name, Qualifier: &version, Payload: []byte(`{"Records":[]}`)})
	if err != nil {
		return fmt.Errorf("see whether version %s of %s starts: %s; %s", version, name, awserror.Of(err).Explain("lambda:InvokeFunction on the function's versions (docs/deploy.md)"), d.listVersions())
	}
	if out.FunctionError != nil {
		return fmt.Errorf("version %s of %s doesn't start: %s; the log says more: aws logs tail /aws/lambda/%s --region %s --since 10m", version, name, out.Payload, name, d.settings.Region)
	}
	return nil
}

// setLive updates nothing of the stack but which version is live.
func (d *deployment) setLive(ctx context.Context, formation *cloudformation.Client, s *types.Stack, version string) error {
	name := d.settings.StackName()
	parameters := []types.Parameter{{ParameterKey: aws.String(stack.LiveParameter), ParameterValue: &version}}
	for _, p := range s.Parameters {
		if aws.ToString(p.ParameterKey) != stack.LiveParameter {
			parameters = append(parameters, types.Parameter{ParameterKey: p.ParameterKey, UsePreviousValue: aws.Bool(true)})
		}
	}
	_, err := formation.UpdateStack(ctx, &cloudformation.UpdateStackInput{
		StackName: &name, UsePreviousTemplate: aws.Bool(true),
		Capabilities: []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityNamedIam},
		Parameters:   parameters,
	})
	if err == nil {
		err = cloudformation.NewStackUpdateCompleteWaiter(formation).Wait(ctx, &cloudformation.DescribeStacksInput{StackName: &name}, updateTakes)
	}
	if err != nil {
		return fmt.Errorf("make version %s of %s live: %s", version, d.settings.FunctionName(), awserror.Of(err).Text)
	}
	return nil
}
