package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// credentialsError says what to do about an error of the caller's credentials.
func credentialsError(err error) error {
	switch failure := awserror.Of(err); failure.Cause {
	case awserror.NoCredentials:
		return fmt.Errorf("there are no AWS credentials: log in (`aws sso login` or `aws configure`), or choose a profile with AWS_PROFILE (%s)", failure.Text)
	case awserror.Expired:
		return fmt.Errorf("the AWS login has expired: `aws sso login`, or fetch new credentials as you did before (%s)", failure.Text)
	default:
		return errors.New(strings.TrimSpace("ask AWS whose the credentials are: " + strings.TrimSuffix(failure.Text, ".") + ". " + failure.Advice()))
	}
}

// checkCaller makes sure that the credentials are of the stage's account, before
// anything is made.
func (d *deployment) checkCaller(ctx context.Context) error {
	caller, err := sts.NewFromConfig(d.cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return credentialsError(err)
	}
	account := aws.ToString(caller.Account)
	if d.settings.Account != "" && d.settings.Account != account {
		return fmt.Errorf("stage %s is pinned to account %s (cdk.json), but the credentials are of account %s (%s): choose others with AWS_PROFILE; nothing was changed",
			d.settings.Stage, d.settings.Account, account, aws.ToString(caller.Arn))
	}
	d.settings.Account = account
	return nil
}

// asDeployer returns the configuration of the bootstrap's role for deployments, whose
// rights are the cdk command's own. Who deploys needs nothing but to assume the
// bootstrap's roles.
func (d *deployment) asDeployer(ctx context.Context) (aws.Config, error) {
	s := d.settings
	role := fmt.Sprintf("arn:%s:iam::%s:role/cdk-%s-deploy-role-%s-%s", arn.PartitionID(s.Region), s.Account, s.Qualifier, s.Account, s.Region)
	cfg := d.cfg.Copy()
	cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(d.cfg), role,
		func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "orgbucket-deploy" }))
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, d.notBootstrapped(fmt.Sprintf("the role %s can't be assumed (%s)", role, awserror.Of(err).Text))
	}
	version := "/cdk-bootstrap/" + d.settings.Qualifier + "/version"
	_, err := ssm.NewFromConfig(cfg).GetParameter(ctx, &ssm.GetParameterInput{Name: &version})
	if err != nil {
		return cfg, d.notBootstrapped(fmt.Sprintf("the parameter %s can't be read (%s)", version, awserror.Of(err).Text))
	}
	return cfg, nil
}

func (d *deployment) notBootstrapped(because string) error {
	s := d.settings
	return errors.New("account " + s.Account + " isn't bootstrapped for CDK in " + s.Region + ", or you may not use that: " + because +
		". An administrator runs `make bootstrap STAGE=" + s.Stage + "` once; docs/deploy.md says who may deploy")
}
