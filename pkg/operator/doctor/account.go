package doctor

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	cetypes "github.com/aws/aws-sdk-go-v2/service/costexplorer/types"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

func checkCredentials(_ context.Context, f *facts) Result {
	owner := f.stage.Naming.Account
	switch {
	case owner == "":
		return unknown(missing("--stage or ACCOUNT_ID"))
	case f.caller.Account != owner:
		return wrong("Choose a profile of the stack's account with AWS_PROFILE.", "%s is of account %s, the stack is in %s", f.caller.ARN, f.caller.Account, owner)
	}
	return ok("%s is of the stack's account %s", f.caller.ARN, owner)
}

func checkAccountBlock(ctx context.Context, f *facts) Result {
	block, err := f.account.AccountAccessBlock(ctx)
	if err != nil {
		return unknown(err)
	}
	return ofBlock(block, "the account's public access block",
		"Switch BlockPublicPolicy and RestrictPublicBuckets off for the account, if no other bucket in it relies on them: docs/runbook.md, PublicPolicyBlocked, has the command.")
}

func checkOrganizationBlock(ctx context.Context, f *facts) Result {
	block, err := f.account.OrganizationAccessBlock(ctx)
	if err != nil {
		return unknown(err)
	}
	return ofBlock(block, "the organization's S3 policy", "Have the organization's administrators except this account from it (AWS Organizations, S3 policies).")
}

func ofBlock(block bucket.AccessBlock, whose, advice string) Result {
	on := ""
	switch {
	case block.BlockPublicPolicy && block.RestrictPublicBuckets:
		on = "BlockPublicPolicy and RestrictPublicBuckets"
	case block.BlockPublicPolicy:
		on = "BlockPublicPolicy"
	case block.RestrictPublicBuckets:
		on = "RestrictPublicBuckets"
	default:
		return ok("%s leaves public policies alone", whose)
	}
	return wrong(advice, "%s has %s on: no organization's pub/ can be public", whose, on)
}

func checkQuota(ctx context.Context, f *facts) Result {
	quota, err := f.account.BucketQuota(ctx)
	if err != nil {
		return unknown(err)
	}
	used, err := f.account.BucketCount(ctx)
	if err != nil {
		return unknown(err)
	}
	const advice = "Raise the quota of general purpose buckets (Service Quotas, Amazon S3); each organization needs one."
	seen := fmt.Sprintf("%d of %d buckets in use", used, quota)
	switch left := quota - used; {
	case left <= 0:
		return wrong(advice, "%s", seen)
	case left*10 < quota:
		return notice(advice, "%s: less than 10 %% are left", seen)
	}
	return ok("%s", seen)
}

// costTag is the key of the tag by which bills are split.
const costTag = "OrgId"

// backfill is the command that splits the months before the activation, twelve at most,
// once in 24 hours
// (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-allocation-backfill.html).
const backfill = "`aws ce start-cost-allocation-tag-backfill --backfill-from YYYY-MM-01T00:00:00Z` splits up to twelve months before."

// checkBackfill says since when bills are split, now that the tag is active.
func (f *facts) checkBackfill(ctx context.Context) Result {
	out, err := f.costs.ListCostAllocationTagBackfillHistory(ctx, &costexplorer.ListCostAllocationTagBackfillHistoryInput{})
	if err != nil {
		return ok("the cost allocation tag %s is active (%v)", costTag, account.Unanswered(err, "ce:ListCostAllocationTagBackfillHistory on *"))
	}
	for _, b := range out.BackfillRequests { // the newest first
		switch from := show(aws.ToString(b.BackfillFrom)); b.BackfillStatus {
		case cetypes.CostAllocationTagBackfillStatusSucceeded:
			return ok("the cost allocation tag %s is active, and backfilled from %s on", costTag, from)
		case cetypes.CostAllocationTagBackfillStatusProcessing:
			return ok("the cost allocation tag %s is active, and is being backfilled from %s on", costTag, from)
		}
	}
	r := ok("the cost allocation tag %s is active; what was used before its activation isn't split", costTag)
	r.Advice = "If it shall be: " + backfill
	return r
}

// checkCostTag asks Cost Explorer. Only the account that pays can tell: the
// organization's management account, or an account without an organization.
func checkCostTag(ctx context.Context, f *facts) Result {
	out, err := f.costs.ListCostAllocationTags(ctx, &costexplorer.ListCostAllocationTagsInput{
		TagKeys: []string{costTag}, Type: cetypes.CostAllocationTagTypeUserDefined,
	})
	if err != nil {
		e := account.Unanswered(err, "ce:ListCostAllocationTags on *")
		if e.Permission != "" { // a member's account is refused, whatever its permissions are
			e.Why += ", in the account that pays (the organization's management account)"
		}
		return unknown(e)
	}
	for _, tag := range out.CostAllocationTags {
		if aws.ToString(tag.TagKey) != costTag {
			continue
		}
		if tag.Status == cetypes.CostAllocationTagStatusActive {
			return f.checkBackfill(ctx)
		}
		return wrong("In the account that pays: `aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey="+costTag+",Status=Active`. A day later: "+backfill,
			"the cost allocation tag %s isn't active: bills can't be split by organization", costTag)
	}
	return notice("A key appears up to 24 hours after it was first used; then activate it. Ask with credentials of the account that pays.",
		"Billing doesn't know the tag %s yet", costTag)
}

func checkUsers(ctx context.Context, f *facts) Result {
	n := f.stage.Naming
	if n.ClientUserPrefix == "" {
		return unknown(missing("--stage or CLIENT_USER_PREFIX"))
	}
	name, err := f.account.UserWithPrefix(ctx, n.ClientAccount, n.ClientUserPrefix)
	switch {
	case err != nil:
		return unknown(err)
	case name == "":
		return notice("Check the prefix, unless no organization has signed up yet: policies name users that must exist.",
			"no IAM user of account %s begins with %q", n.ClientAccount, n.ClientUserPrefix)
	}
	return ok("there are IAM users that begin with %q: %s", n.ClientUserPrefix, name)
}
