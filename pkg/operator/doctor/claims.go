package doctor

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// patience is how long S3 may take to answer, retries included.
const patience = 20 * time.Second

// checkClaims looks at the bucket that keeps the claims: without it every message
// fails, and what is lost in it can't be made again.
func checkClaims(ctx context.Context, f *facts) Result {
	name, owner := f.stage.HomesBucket, f.stage.Naming.Account
	if name == "" || owner == "" {
		return unknown(missing("--stage or HOMES_BUCKET and ACCOUNT_ID"))
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	var faults []string
	private, err := f.isPrivate(ctx, name, owner)
	if err != nil {
		return unknown(err)
	}
	if !private {
		faults = append(faults, "bucket "+show(name)+" isn't private: of its public access block not all four flags are on")
	}
	out, err := f.buckets.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &name, ExpectedBucketOwner: &owner})
	switch {
	case err != nil && len(faults) == 0:
		return unknown(account.Unanswered(err, "s3:GetBucketVersioning on "+f.claimsARN()))
	case err == nil && out.Status != types.BucketVersioningStatusEnabled:
		faults = append(faults, "bucket "+show(name)+" isn't versioned: a claim that is deleted or replaced can't be brought back")
	}
	return unless(faults, ok("%s, which keeps the claims, is there, private and versioned", show(name)))
}

// claimsARN is that of the bucket of the claims.
func (f *facts) claimsARN() string {
	return "arn:" + arn.PartitionID(f.stage.Naming.Region) + ":s3:::" + show(f.stage.HomesBucket)
}

// isPrivate reports whether all flags of the bucket's public access block are on.
func (f *facts) isPrivate(ctx context.Context, name, owner string) (bool, error) {
	out, err := f.buckets.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &name, ExpectedBucketOwner: &owner})
	switch awserror.Code(err) {
	case "NoSuchPublicAccessBlockConfiguration":
		return false, nil
	case "NoSuchBucket":
		return false, &absent{"there's no bucket " + show(name) + ", which keeps the claims: every message fails",
			"docs/runbook.md, ClaimsUnavailable, has the way back."}
	}
	if err != nil {
		return false, account.Unanswered(err, "s3:GetBucketPublicAccessBlock on "+f.claimsARN())
	}
	c := out.PublicAccessBlockConfiguration
	return c != nil && aws.ToBool(c.BlockPublicAcls) && aws.ToBool(c.IgnorePublicAcls) && aws.ToBool(c.BlockPublicPolicy) && aws.ToBool(c.RestrictPublicBuckets), nil
}
