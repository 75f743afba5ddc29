package arn

import (
	"strings"
	"testing"
)

// TestEdgesOfEachForm has texts that are of a form, or of it but for one thing.
func TestEdgesOfEachForm(t *testing.T) {
	isARN := func(text string) bool { a, ok := Parse(text); return ok && a != ARN{} }
	isRoot := func(text string) bool { account, ok := RootAccount(text); return ok && account != "" }
	for name, c := range map[string]struct {
		check    func(string) bool
		yes, not []string
	}{
		"ARN": {isARN, []string{"arn:aws:sns:r:a:x", "arn:aws:sns:r:a:x:y", "arn:a::::"},
			[]string{"", "arn:aws:sns:r:a", "urn:aws:sns:r:a:x"}},
		"account": {IsAccount, []string{"123456789012"}, []string{"12345678901~", "12345678901", "1234567890123"}},
		"topic": {IsTopic, []string{"arn:aws:sns:us-east-1:123456789012:" + strings.Repeat("t", 256), "arn:aws:sns:us-east-1:123456789012:Aa0_-"},
			[]string{"arn:aws:sns:us-east-1:123456789012:" + strings.Repeat("t", 257), "arn:aws:sns:us-east-1:123456789012:t~",
				"arn:aws:sqs:us-east-1:123456789012:t", "arn:aws:sns:us-east-1:12345678901:t", "arn:aws:sns:us-east-1:123456789012:", "arn:aws:sns:us-east-1:123456789012",
				"arn:aws-cn:sns:us-east-1:123456789012:t", "arn::sns:nowhere:123456789012:t"}},
		"principal": {IsPrincipal, []string{"arn:aws:iam::123456789012:root", "arn:aws-cn:iam::123456789012:user/a", "arn:aws-us-gov:iam::123456789012:role/p/A0+=,.@_-"},
			[]string{"", "arn:aws:iam::123456789012", "arn:aws-iso:iam::123456789012:root", "arn:aws:sts::123456789012:root", "arn:aws:iam:us-east-1:123456789012:root", "arn:aws:iam::12345678901:root",
				"arn:aws:iam::123456789012:group/a", "arn:aws:iam::123456789012:user/", "arn:aws:iam::123456789012:user/a~", "arn:aws:iam::123456789012:user/a b"}},
		"root of an account": {isRoot, []string{"arn:aws:iam::123456789012:root", "arn:aws-iso-b:iam::123456789012:root"},
			[]string{"", "arn::iam::123456789012:root", "arn:aws~:iam::123456789012:root", "arn:aws:sts::123456789012:root", "arn:aws:iam:us-east-1:123456789012:root", "arn:aws:iam::12345678901:root", "arn:aws:iam::123456789012:user/a"}},
		"Region": {isRegion, []string{"us-east-1", "eusc-de-east-1"}, []string{"u-east-1", "eusca-de-1", "us--1", "us-1", "us-ea~t-1", "us-east-", "us-east-1~", "us-east-x"}},
		"stage": {IsStage, []string{"a", "a-1", strings.Repeat("a", MaxStageLength)},
			[]string{"", strings.Repeat("a", MaxStageLength+1), "a~b", "a_b", "1a", "~a", "-a", "a-", "a--b"}},
	} {
		for _, text := range c.yes {
			if !c.check(text) {
				t.Errorf("%q is no %s", text, name)
			}
		}
		for _, text := range c.not {
			if c.check(text) {
				t.Errorf("%q is a(n) %s", text, name)
			}
		}
	}
	if a, ok := Parse("urn:aws:sns:r:a:x"); ok || a != (ARN{}) {
		t.Errorf("what is no ARN has parts: %+v", a)
	}
	if account, ok := RootAccount("arn:aws:iam::123456789012:user/a"); ok || account != "" {
		t.Errorf("what is no root has account %q", account)
	}
}

func TestRegionsHaveTheirPartitions(t *testing.T) {
	for region, want := range map[string]Partition{
		"us-east-1": {"aws", "amazonaws.com"}, "cn-north-1": {"aws-cn", "amazonaws.com.cn"}, "us-gov-west-1": {"aws-us-gov", "amazonaws.com"},
		"us-iso-east-1": {}, "us-isob-east-1": {}, "eusc-de-east-1": {}, "nowhere": {},
	} {
		if got, err := PartitionOf(region); got != want || (err == nil) != (want != Partition{}) {
			t.Errorf("%s: %+v, %v; want %+v", region, got, err, want)
		}
	}
}
