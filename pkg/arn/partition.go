package arn

import (
	"fmt"
	"strings"
)

// Partition is one of AWS's separate clouds
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
type Partition struct {
	// ID is the second part of its ARNs.
	ID string
	// DNSSuffix ends the host names of its services.
	DNSSuffix string
}

// The partitions that are supported.
var (
	commercial = Partition{"aws", "amazonaws.com"}
	china      = Partition{"aws-cn", "amazonaws.com.cn"}
	govCloud   = Partition{"aws-us-gov", "amazonaws.com"}
)

func isPartition(id string) bool { return id == commercial.ID || id == china.ID || id == govCloud.ID }

// PartitionOf returns the partition of a Region. It is an error if region doesn't
// have a Region's form, or if its partition isn't supported: a wrong ARN would be
// worse.
func PartitionOf(region string) (Partition, error) {
	switch {
	case !isRegion(region):
		return Partition{}, fmt.Errorf("%q isn't an AWS Region", region)
	case strings.HasPrefix(region, "cn-"):
		return china, nil
	case strings.HasPrefix(region, "us-gov-"):
		return govCloud, nil
	case strings.Contains(region, "-iso"), strings.HasPrefix(region, "eusc-"):
		return Partition{}, fmt.Errorf("%s is a Region of a partition that isn't supported; supported are aws, aws-cn and aws-us-gov", region)
	}
	return commercial, nil
}

// PartitionID returns the ID of a Region's partition for ARNs in messages. It is
// "aws" if the Region isn't known.
func PartitionID(region string) string {
	if p, err := PartitionOf(region); err == nil {
		return p.ID
	}
	return commercial.ID
}
