package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// AccountAccessBlock returns the public access block in effect for all buckets of the
// account; without one all flags are off. It includes what the organization sets,
// which replaces the account's own
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html).
func (a *Account) AccountAccessBlock(ctx context.Context) (bucket.AccessBlock, error) {
	if a.id == "" {
		return bucket.AccessBlock{}, errNoAccount
	}
	out, err := a.control.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: aws.String(a.id)})
	if awserror.Code(err) == "NoSuchPublicAccessBlockConfiguration" {
		return bucket.AccessBlock{}, nil
	}
	if err != nil {
		return bucket.AccessBlock{}, Unanswered(err, "s3:GetAccountPublicAccessBlock on *")
	}
	if out.PublicAccessBlockConfiguration == nil {
		return bucket.AccessBlock{}, cant("S3 Control answered without a public access block")
	}
	c := out.PublicAccessBlockConfiguration
	return bucket.AccessBlock{
		BlockPublicACLs:       aws.ToBool(c.BlockPublicAcls),
		IgnorePublicACLs:      aws.ToBool(c.IgnorePublicAcls),
		BlockPublicPolicy:     aws.ToBool(c.BlockPublicPolicy),
		RestrictPublicBuckets: aws.ToBool(c.RestrictPublicBuckets),
	}, nil
}

// OrganizationAccessBlock returns what the organization's S3 policies set for the
// account; if they set nothing all flags are off
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_s3.html).
// Credentials of another account than the buckets' must be of the organization's
// management account.
func (a *Account) OrganizationAccessBlock(ctx context.Context) (bucket.AccessBlock, error) {
	if a.id == "" {
		return bucket.AccessBlock{}, errNoAccount
	}
	own, err := a.own(ctx)
	if err != nil {
		return bucket.AccessBlock{}, err
	}
	in := &organizations.DescribeEffectivePolicyInput{PolicyType: orgtypes.EffectivePolicyTypeS3Policy}
	if own != a.id {
		in.TargetId = aws.String(a.id)
	}
	out, err := a.organization.DescribeEffectivePolicy(ctx, in)
	_, noPolicy := errors.AsType[*orgtypes.EffectivePolicyNotFoundException](err)
	_, noOrganization := errors.AsType[*orgtypes.AWSOrganizationsNotInUseException](err)
	if noPolicy || noOrganization {
		return bucket.AccessBlock{}, nil
	}
	if err != nil {
		return bucket.AccessBlock{}, Unanswered(err, fmt.Sprintf("organizations:DescribeEffectivePolicy on arn:%s:organizations::*:account/o-*/%s", arn.PartitionID(a.region), a.id))
	}
	if out.EffectivePolicy == nil {
		return bucket.AccessBlock{}, cant("AWS Organizations answered without a policy")
	}
	return blockOf(aws.ToString(out.EffectivePolicy.PolicyContent))
}

// blockOf parses an effective S3 policy, which sets all flags or none
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_s3_syntax.html).
func blockOf(content string) (bucket.AccessBlock, error) {
	var policy struct {
		Attributes *struct {
			Block json.RawMessage `json:"public_access_block_configuration"`
		} `json:"s3_attributes"`
	}
	if err := json.Unmarshal([]byte(content), &policy); err != nil {
		return bucket.AccessBlock{}, cant("the organization's S3 policy isn't JSON that can be read")
	}
	if policy.Attributes == nil || policy.Attributes.Block == nil {
		return bucket.AccessBlock{}, nil
	}
	switch setting(policy.Attributes.Block) {
	case "all":
		return bucket.AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}, nil
	case "none":
		return bucket.AccessBlock{}, nil
	}
	return bucket.AccessBlock{}, cant("the organization's S3 policy says %q, which isn't known here", safetext.Line(string(policy.Attributes.Block), 80))
}

// setting returns a policy's value: in an effective policy that is a string, in a
// policy as it's written an object with the assigning operator.
func setting(raw json.RawMessage) (value string) {
	if json.Unmarshal(raw, &value) == nil {
		return value
	}
	var assigned struct {
		Value string `json:"@@assign"`
	}
	if json.Unmarshal(raw, &assigned) == nil {
		return assigned.Value
	}
	return ""
}
