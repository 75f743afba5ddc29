package adoption

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// maxTags is how many tags a bucket may have, not counting those of AWS itself
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html).
const maxTags = 50

// merge gives the tags with the organization's. All others are kept as they are:
// the write replaces the whole set, and S3 refuses one that lacks the tags of AWS
// itself ("System tags cannot be removed by requester").
func merge(tags []Tag, id org.ID) []Tag {
	mark := Tag{bucket.TagKey, string(id)}
	merged := slices.Clone(tags)
	if i := slices.IndexFunc(merged, func(t Tag) bool { return t.Key == bucket.TagKey }); i >= 0 {
		merged[i] = mark
		return merged
	}
	return append(merged, mark)
}

// tooMany tells whether S3 would refuse so many tags.
func tooMany(tags []Tag) bool {
	users := 0
	for _, t := range tags {
		if !strings.HasPrefix(t.Key, "aws:") {
			users++
		}
	}
	return users > maxTags
}

// same tells whether two tag sets are equal. Their order means nothing.
func same(a, b []Tag) bool {
	return slices.Equal(sorted(a), sorted(b))
}

func sorted(tags []Tag) []Tag {
	return slices.SortedFunc(slices.Values(tags), func(a, b Tag) int {
		return strings.Compare(a.Key+"\x00"+a.Value, b.Key+"\x00"+b.Value)
	})
}

// differences says in words how tags changed from before to after.
func differences(before, after []Tag) string {
	var all []string
	for _, t := range sorted(before) {
		if !slices.Contains(after, t) {
			all = append(all, fmt.Sprintf("%s=%s is gone", t.Key, t.Value))
		}
	}
	for _, t := range sorted(after) {
		if !slices.Contains(before, t) {
			all = append(all, fmt.Sprintf("%s=%s is new", t.Key, t.Value))
		}
	}
	return strings.Join(all, ", ")
}
