package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"github.com/fusionpos/orgbucket/pkg/arn"
)

// The quota of general purpose buckets, which is one for all Regions
// (https://docs.aws.amazon.com/general/latest/gr/s3.html).
const (
	quotaService = "s3"
	quotaCode    = "L-DC2B2D3D"
)

// quotaRegions are the Regions that have the quota, by partition
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html).
var quotaRegions = map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

// An account can have a million buckets; the count ends a little above that.
const (
	bucketsPerPage = 10_000
	maxBucketPages = 110
)

// BucketQuota returns how many buckets the account may have.
func (a *Account) BucketQuota(ctx context.Context) (int, error) {
	if err := a.only(ctx, a.id); err != nil {
		return 0, err
	}
	region := quotaRegions[arn.PartitionID(a.region)]
	out, err := a.quotas.GetServiceQuota(ctx,
		&servicequotas.GetServiceQuotaInput{ServiceCode: aws.String(quotaService), QuotaCode: aws.String(quotaCode)},
		func(o *servicequotas.Options) { o.Region = region })
	if err != nil {
		return 0, Unanswered(err, fmt.Sprintf("servicequotas:GetServiceQuota on arn:%s:servicequotas:%s:%s:%s/%s", arn.PartitionID(a.region), region, a.id, quotaService, quotaCode))
	}
	if out.Quota == nil || aws.ToFloat64(out.Quota.Value) <= 0 {
		return 0, cant("Service Quotas answered without a value")
	}
	return int(*out.Quota.Value), nil
}

// BucketCount returns how many buckets the account has, in all Regions.
func (a *Account) BucketCount(ctx context.Context) (int, error) {
	if err := a.only(ctx, a.id); err != nil {
		return 0, err
	}
	ctx, stop := context.WithTimeout(ctx, walkPatience)
	defer stop()
	count, in := 0, &s3.ListBucketsInput{MaxBuckets: aws.Int32(bucketsPerPage)}
	for range maxBucketPages {
		out, err := a.buckets.ListBuckets(ctx, in)
		if err != nil {
			return 0, Unanswered(err, "s3:ListAllMyBuckets on *")
		}
		count += len(out.Buckets)
		if aws.ToString(out.ContinuationToken) == "" {
			return count, nil
		}
		in.ContinuationToken = out.ContinuationToken
	}
	return 0, cant("the list of buckets doesn't end")
}

// BucketHeadroom returns how many more buckets the account may have. It reads the
// quota first, which is one request; counting buckets may take many.
func (a *Account) BucketHeadroom(ctx context.Context) (int, error) {
	quota, err := a.BucketQuota(ctx)
	if err != nil {
		return 0, err
	}
	count, err := a.BucketCount(ctx)
	if err != nil {
		return 0, err
	}
	return quota - count, nil
}
