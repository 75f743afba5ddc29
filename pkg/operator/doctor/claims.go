package doctor

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// checkClaims looks at the bucket that keeps the claims: without it every message
// fails, and what is lost in it can't be made again.
func checkClaims(ctx context.Context, v *visit) Result {
	name, owner := v.stage.HomesBucket, v.stage.Naming.Account
	if name == "" || owner == "" {
		return unknown(missing("--stage or HOMES_BUCKET and ACCOUNT_ID"))
	}
	if v.clients.Buckets == nil {
		return unknown(account.NotServed("S3"))
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	var faults []string
	private, err := v.isPrivate(ctx, name, owner)
	if err != nil {
		return unknown(err)
	}
	if !private {
		faults = append(faults, "bucket "+show(name)+" isn't private: of its public access block not all four flags are on")
	}
	out, err := v.clients.Buckets.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &name, ExpectedBucketOwner: &owner})
	switch {
	case err != nil && len(faults) == 0:
		return unknown(account.Unanswered(err, "s3:GetBucketVersioning on "+v.claimsARN()))
	case err == nil && out.Status != types.BucketVersioningStatusEnabled:
		faults = append(faults, "bucket "+show(name)+" isn't versioned: a claim that is deleted or replaced can't be brought back")
	}
	return unless(faults, ok("%s, which keeps the claims, is there, private and versioned", show(name)))
}

// claimsARN is that of the bucket of the claims.
func (v *visit) claimsARN() string {
	return "arn:" + arn.PartitionID(v.stage.Naming.Region) + ":s3:::" + show(v.stage.HomesBucket)
}

// isPrivate reports whether all flags of the bucket's public access block are on.
func (v *visit) isPrivate(ctx context.Context, name, owner string) (bool, error) {
	out, err := v.clients.Buckets.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &name, ExpectedBucketOwner: &owner})
	if api, answered := errors.AsType[smithy.APIError](err); answered {
		switch api.ErrorCode() {
		case "NoSuchPublicAccessBlockConfiguration":
			return false, nil
		case "NoSuchBucket":
			return false, &absent{"there's no bucket " + show(name) + ", which keeps the claims: every message fails",
				"docs/runbook.md, ClaimsUnavailable, has the way back."}
		}
	}
	if err != nil {
		return false, account.Unanswered(err, "s3:GetBucketPublicAccessBlock on "+v.claimsARN())
	}
	c := out.PublicAccessBlockConfiguration
	return c != nil && aws.ToBool(c.BlockPublicAcls) && aws.ToBool(c.IgnorePublicAcls) && aws.ToBool(c.BlockPublicPolicy) && aws.ToBool(c.RestrictPublicBuckets), nil
}
