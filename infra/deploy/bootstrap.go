package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/pkg/arn"
)

// usualToolkit is the name of the stack of the bootstrap that all apps share.
const usualToolkit = "CDKToolkit"

// toolkit returns the name of the bootstrap's stack. The cdk command's --qualifier leaves
// it as it is, so that one bootstrap would replace the other.
func (d *deployment) toolkit() string {
	if d.settings.Qualifier == stack.DefaultQualifier {
		return usualToolkit
	}
	return usualToolkit + "-" + d.settings.Qualifier
}

// bootstrap prepares the stage's account and Region for the cdk command. It doesn't
// change a bootstrap that other apps use, unless that was asked for.
func (d *deployment) bootstrap(ctx context.Context) error {
	if err := d.checkCaller(ctx); err != nil {
		return err
	}
	s, name := d.settings, d.toolkit()
	there, err := describe(ctx, cloudformation.NewFromConfig(d.cfg), name)
	if err != nil {
		return err
	}
	if there != nil && name == usualToolkit && !d.shared {
		return fmt.Errorf("account %s is bootstrapped for CDK in %s already: stack %s (%s, %s). Every CDK app of the account uses it, and bootstrapping again changes it for all of them, its execution policies, too. "+
			"If it may stay as it is, there is nothing to do. Otherwise give stage %s a bootstrap of its own (\"qualifier\" in cdk.json), or say SHARED=1",
			s.Account, s.Region, name, there.StackStatus, aws.ToTime(there.CreationTime).Format("2006-01-02"), s.Stage)
	}
	return d.cdk(ctx, append([]string{"bootstrap", "aws://" + s.Account + "/" + s.Region, "-c", "stage=" + s.Stage,
		"--qualifier", s.Qualifier, "--toolkit-stack-name", name}, d.options...)...)
}

// policy writes the policy that CloudFormation can run with, for the stage's account.
func (d *deployment) policy(ctx context.Context) error {
	if err := d.checkCaller(ctx); err != nil {
		return err
	}
	text, err := os.ReadFile("docs/iam/cloudformation-execution.json")
	if err != nil {
		return fmt.Errorf("read CloudFormation's policy: %w", err)
	}
	s := d.settings
	_, err = strings.NewReplacer("ACCOUNT", s.Account, "QUALIFIER", s.Qualifier, "arn:aws:", "arn:"+arn.PartitionID(s.Region)+":").WriteString(d.out, string(text))
	return err
}
