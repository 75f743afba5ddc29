package bucket

import (
	"fmt"
	"strings"
)

// partition is one of AWS's separate clouds: its ARNs start with arn:<id>:
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
type partition struct {
	id        string
	dnsSuffix string
}

// partitionOf finds the partition of a Region's name. Regions of partitions
// that are not known here are refused: a wrong ARN would be worse.
func partitionOf(region string) (partition, error) {
	switch {
	case !isRegion(region):
		return partition{}, fmt.Errorf("%q isn't an AWS Region", region)
	case strings.HasPrefix(region, "cn-"):
		return partition{"aws-cn", "amazonaws.com.cn"}, nil
	case strings.HasPrefix(region, "us-gov-"):
		return partition{"aws-us-gov", "amazonaws.com"}, nil
	case strings.Contains(region, "-iso"), strings.HasPrefix(region, "eusc-"):
		return partition{}, fmt.Errorf("%s is a Region of a partition that isn't supported; supported are aws, aws-cn and aws-us-gov", region)
	}
	return partition{"aws", "amazonaws.com"}, nil
}

// hasAccountRegionalNamespace tells whether buckets can be created in the
// account-regional namespace, which every Region has but Bahrain and UAE
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
func hasAccountRegionalNamespace(region string) bool {
	return region != "me-south-1" && region != "me-central-1"
}
