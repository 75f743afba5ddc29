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

func TestTheOrderOfTagsMeansNothing(t *testing.T) {
	a, b, c := Tag{"a", "1"}, Tag{"b", "2"}, Tag{"a", "2"}
	if !same([]Tag{a, b}, []Tag{b, a}) || same([]Tag{a, b}, []Tag{c, b}) || same([]Tag{a}, []Tag{a, b}) || !same(nil, []Tag{}) {
		t.Error("tag sets aren't compared as sets")
	}
}
