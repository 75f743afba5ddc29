package doctor

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	cetypes "github.com/aws/aws-sdk-go-v2/service/costexplorer/types"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

func checkQuota(ctx context.Context, v *visit) Result {
	quota, err := v.account.BucketQuota(ctx)
	if err != nil {
		return unknown(err)
	}
	count, err := v.account.BucketCount(ctx)
	if err != nil {
		return unknown(err)
	}
	const advice = "Raise the quota of general purpose buckets (Service Quotas, Amazon S3); each organization needs one."
	seen := fmt.Sprintf("%d of %d buckets are used", count, quota)
	switch left := quota - count; {
	case left <= 0:
		return wrong(advice, "%s", seen)
	case left*10 < quota:
		return notice(advice, "%s: less than 10 %% are left", seen)
	}
	return ok("%s", seen)
}

// costTag is the key of the tag by which bills are split.
const costTag = "OrgId"

// checkCostTag asks Cost Explorer. Only the account that pays can tell: the
// organization's management account, or an account without an organization.
func checkCostTag(ctx context.Context, v *visit) Result {
	if v.clients.Costs == nil {
		return unknown(account.NotServed("Cost Explorer"))
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	out, err := v.clients.Costs.ListCostAllocationTags(ctx, &costexplorer.ListCostAllocationTagsInput{
		TagKeys: []string{costTag}, Type: cetypes.CostAllocationTagTypeUserDefined,
	})
	if err != nil {
		return unknown(ofManagement(account.Unanswered(err, "ce:ListCostAllocationTags on *")))
	}
	for _, tag := range out.CostAllocationTags {
		if aws.ToString(tag.TagKey) != costTag {
			continue
		}
		if tag.Status == cetypes.CostAllocationTagStatusActive {
			return ok("the cost allocation tag %s is active", costTag)
		}
		return wrong("In the account that pays: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey="+costTag+",Status=Active. It isn't retroactive.",
			"the cost allocation tag %s isn't active: bills can't be split by organization", costTag)
	}
	return notice("A key appears up to 24 hours after it was first used; then activate it. Ask with credentials of the account that pays.",
		"Billing doesn't know the tag %s yet", costTag)
}

// ofManagement says who could tell: a member's account is refused, whatever its
// permissions are.
func ofManagement(e *account.CantTell) *account.CantTell {
	if e.Permission != "" {
		e.Why += ", in the account that pays (the organization's management account)"
	}
	return e
}
