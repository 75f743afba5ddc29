package main

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
)

// TestWithOtherCredentialsNothingIsMade: whatever the command, it ends before it runs.
func TestWithOtherCredentialsNothingIsMade(t *testing.T) {
	const who = "sts:GetCallerIdentity"
	for name, c := range map[string]struct {
		answer awsfake.Answer
		want   []string
	}{
		"of another account": {awsfake.Caller("111122223333", "arn:aws:iam::111122223333:user/anna"),
			[]string{"stage prod is pinned to account " + awsfake.Account, "of account 111122223333 (arn:aws:iam::111122223333:user/anna)", "AWS_PROFILE", "nothing was changed"}},
		"that are over":  {awsfake.Expired(who), []string{"has expired", "`aws sso login`"}},
		"that are wrong": {awsfake.Refuse(who, 403, "InvalidClientTokenId", "The security token included in the request is invalid."), []string{"whose the credentials are", "invalid", "Check AWS_PROFILE and AWS_ACCESS_KEY_ID"}},
	} {
		for command, run := range commands {
			t.Run(name+" "+command, func(t *testing.T) {
				cloud := newCloud()
				cloud.On(who, c.answer)
				d := cloud.deployment(prod())
				d.options = []string{"41"} // the version of a rollback
				says(t, run(d, context.Background()), c.want...)
				if len(cloud.ran) > 0 || len(cloud.Actions()) > 1 {
					t.Errorf("ran cdk %v, asked %v", cloud.ran, cloud.Actions())
				}
			})
		}
	}
}

func TestWithoutCredentialsThereIsAWayToSome(t *testing.T) {
	c := newCloud()
	d := c.deployment(prod())
	d.cfg.Credentials = credentials.NewStaticCredentialsProvider("", "", "")
	says(t, d.deploy(context.Background()), "no AWS credentials", "`aws sso login`", "AWS_PROFILE")
	if len(c.ran)+len(c.Seen()) > 0 {
		t.Errorf("ran cdk %v, asked %v", c.ran, c.Actions())
	}
}

func TestAnAccountThatIsNotBootstrappedIsToldSo(t *testing.T) {
	for action, answer := range map[string]awsfake.Answer{
		"sts:AssumeRole":   awsfake.Denied("sts:AssumeRole"),
		"ssm:GetParameter": awsfake.Refuse("ssm:GetParameter", 400, "ParameterNotFound", ""),
	} {
		c := newCloud()
		c.On(action, answer)
		says(t, c.deployment(prod()).deploy(context.Background()), "isn't bootstrapped for CDK in eu-west-1", "make bootstrap STAGE=prod")
		if len(c.ran) > 0 {
			t.Errorf("ran cdk %v", c.ran)
		}
	}
}
