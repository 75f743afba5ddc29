package adoption

import (
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// maxTags is how many tags a bucket may have, not counting those of AWS itself
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html).
const maxTags = 50

// markOf is the tag that makes a bucket the organization's.
func markOf(id org.ID) Tag { return Tag{Key: bucket.TagKey, Value: string(id)} }

// merge returns the tags of a bucket with the organization's.
func merge(tags []Tag, id org.ID) []Tag {
	mark := markOf(id)
	merged := slices.Clone(tags)
	if i := slices.IndexFunc(merged, func(t Tag) bool { return t.Key == bucket.TagKey }); i >= 0 {
		merged[i] = mark
		return merged
	}
	return append(merged, mark)
}

// tooMany reports whether S3 would refuse so many tags.
func tooMany(tags []Tag) bool {
	users := 0
	for _, t := range tags {
		if !strings.HasPrefix(t.Key, "aws:") {
			users++
		}
	}
	return users > maxTags
}
