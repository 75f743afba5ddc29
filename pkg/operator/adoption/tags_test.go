package adoption

import (
	"fmt"
	"testing"
)

func TestTagsOfAWSDoNotCountAsTheBuckets(t *testing.T) {
	tags := []Tag{{Key: "aws:cloudformation:stack-name"}, {Key: "aws:cloudformation:logical-id"}}
	for i := range 49 {
		tags = append(tags, Tag{Key: fmt.Sprint("k", i)})
	}
	if merged := merge(tags, "xmsqa1"); len(merged) != 52 || tooMany(merged) {
		t.Errorf("%d tags, 50 of which are the bucket's, are too many", len(merged))
	}
	if !tooMany(merge(append(tags, Tag{Key: "k"}), "xmsqa1")) {
		t.Error("51 aren't too many")
	}
}
