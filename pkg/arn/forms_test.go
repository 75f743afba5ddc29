package arn

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// TestEachCheckIsWhatItsExpressionSays compares what is checked by hand with
// regular expressions, which say it at a glance.
func TestEachCheckIsWhatItsExpressionSays(t *testing.T) {
	isRoot := func(text string) bool { _, ok := RootAccount(text); return ok }
	for name, c := range map[string]struct {
		check func(string) bool
		form  string
		near  string // draws texts that are of the form or nearly so
	}{
		"account": {IsAccount, `^[0-9]{12}$`, `[0-9]{11,13}|[0-9]{5}[a٣ ][0-9]{6}`},
		"Region":  {isRegion, `^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`, `[a-zA]{0,5}(-[a-z1]{0,3}){0,3}-?[0-9a\n]{0,2}`},
		"root":    {isRoot, `^arn:[a-z-]+:iam::([0-9]{12}):root$`, `arn:(aws(-cn)?|A|):(iam|s3):(x)?:[0-9]{11,13}:(root|user)(:x|\n)?`},
		"stage":   {func(s string) bool { return IsStage(s) || len(s) > MaxStageLength }, `^([a-z][a-z0-9]*(-[a-z0-9]+)*|(?s:.{25,}))$`, `[a-z1A-]{0,3}-{0,2}[a-z1]{0,3}\n?|[a-z]{23,25}`},
		"principal": {IsPrincipal, `^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9+=,.@_/-]+)$`,
			`arn:(aws(-cn|-us-gov|-iso|)|):(iam|sts):(x)?:[0-9]{12,13}:(root|user|role|group)(/[a-zA-Z0-9/*ä@]{0,3})?`},
		"topic of the usual partition": {IsTopic, `^arn:aws:sns:[a-b]{2}-west-[0-9]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$`,
			`arn:(aws|):(sns|sqs):(ab-west-[0-9]{0,2})?:[0-9]{11,13}:([A-Za-z0-9_.ä-]{0,4}|[a-z]{254,258})(:x|\n)?`},
	} {
		form := regexp.MustCompile(c.form)
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			text := rapid.OneOf(rapid.StringMatching(c.near), rapid.StringMatching(c.form[1:len(c.form)-1])).Draw(t, "text")
			if got, want := c.check(text), form.MatchString(text); got != want {
				t.Errorf("%q: got %v, want %v", text, got, want)
			}
		}))
	}
}

func TestATopicIsInAPartitionOfItsRegion(t *testing.T) {
	for text, want := range map[string]bool{
		"arn:aws:sns:us-east-1:123456789012:t":            true,
		"arn:aws-cn:sns:cn-north-1:123456789012:t":        true,
		"arn:aws-us-gov:sns:us-gov-west-1:123456789012:t": true,
		"arn:aws:sns:cn-north-1:123456789012:t":           false,
		"arn:aws-cn:sns:us-east-1:123456789012:t":         false,
		"arn:aws-iso:sns:us-iso-east-1:123456789012:t":    false,
		"arn:aws:sns:somewhere:123456789012:t":            false,
		"arn:aws:sns:us-east-1:123456789012:t.fifo":       false,
		"arn:aws:sns:us-east-1:123456789012:t:0123":       false, // a subscription
		"arn:aws:sns:us-east-1:123456789012:":             false,
		"":                                                false,
	} {
		if IsTopic(text) != want {
			t.Errorf("%q: %v, want %v", text, !want, want)
		}
	}
}

func TestTheRootUserStandsForItsAccount(t *testing.T) {
	if account, ok := RootAccount("arn:aws-cn:iam::123456789012:root"); !ok || account != "123456789012" {
		t.Errorf("got %q, %v", account, ok)
	}
}

func TestPartitionIDOfAnUnknownRegionIsTheUsualOne(t *testing.T) {
	for region, want := range map[string]string{"": "aws", "eu-west-1": "aws", "cn-north-1": "aws-cn", "us-gov-east-1": "aws-us-gov", "us-iso-east-1": "aws"} {
		if got := PartitionID(region); got != want {
			t.Errorf("%q: got %s, want %s", region, got, want)
		}
	}
}
