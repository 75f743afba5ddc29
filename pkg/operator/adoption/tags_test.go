package adoption

import (
	"fmt"
	"testing"
)

func TestTagsOfAWSDoNotCountAsTheBuckets(t *testing.T) {
	tags := []Tag{{"aws:cloudformation:stack-name", "a"}, {"aws:cloudformation:logical-id", "b"}}
	for i := range 49 {
		tags = append(tags, Tag{fmt.Sprint("k", i), "v"})
	}
	if merged := merge(tags, "xmsqa1"); len(merged) != 52 || tooMany(merged) {
		t.Errorf("%d tags, 50 of which are the bucket's, are too many", len(merged))
	}
	if !tooMany(merge(append(tags, Tag{"k", "v"}), "xmsqa1")) {
		t.Error("51 aren't too many")
	}
}
