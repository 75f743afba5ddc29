package doctor

import (
	"context"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

func checkCredentials(_ context.Context, v *visit) Result {
	owner := v.stage.Naming.Account
	caller, err := v.caller()
	switch {
	case err != nil:
		return unknown(err)
	case owner == "":
		return unknown(missing("--stage or ACCOUNT_ID"))
	case caller.Account != owner:
		return wrong("Choose a profile of the stack's account with AWS_PROFILE.", "%s is of account %s, the stack is in %s", caller.ARN, caller.Account, owner)
	}
	return ok("%s is of the stack's account %s", caller.ARN, owner)
}

func checkAccountBlock(ctx context.Context, v *visit) Result {
	block, err := v.account.AccountAccessBlock(ctx)
	if err != nil {
		return unknown(err)
	}
	return ofBlock(block, "the account's public access block",
		"Switch these two off for the account, if no other bucket in it relies on them: aws s3control put-public-access-block.")
}

func checkOrganizationBlock(ctx context.Context, v *visit) Result {
	block, err := v.account.OrganizationAccessBlock(ctx)
	if err != nil {
		return unknown(err)
	}
	return ofBlock(block, "the organization's S3 policy", "Have the organization's administrators except this account from it (AWS Organizations, S3 policies).")
}

func ofBlock(block bucket.AccessBlock, whose, advice string) Result {
	var on []string
	if block.BlockPublicPolicy {
		on = append(on, "BlockPublicPolicy")
	}
	if block.RestrictPublicBuckets {
		on = append(on, "RestrictPublicBuckets")
	}
	if len(on) > 0 {
		return wrong(advice, "%s has %s on: no organization's pub/ can be public", whose, strings.Join(on, " and "))
	}
	return ok("%s leaves public policies alone", whose)
}

func checkUsers(ctx context.Context, v *visit) Result {
	n := v.stage.Naming
	if n.ClientUserPrefix == "" {
		return unknown(missing("--stage or CLIENT_USER_PREFIX"))
	}
	name, err := v.account.UserWithPrefix(ctx, n.ClientAccount, n.ClientUserPrefix)
	switch {
	case err != nil:
		return unknown(err)
	case name == "":
		return notice("Check the prefix, unless no organization has signed up yet: policies name users that must exist.",
			"no IAM user of account %s begins with %q", n.ClientAccount, n.ClientUserPrefix)
	}
	return ok("there are IAM users that begin with %q: %s", n.ClientUserPrefix, name)
}
