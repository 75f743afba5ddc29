package bucket_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// TestEachWrongSettingIsNamed has one wrong setting at a time, and the longest ones
// that are right.
func TestEachWrongSettingIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bucket.Naming)
		want   string // the setting and the reason
	}{
		"none":                             {func(*bucket.Naming) {}, ""},
		"account":                          {func(n *bucket.Naming) { n.Account = "1" }, `Account: account "1" isn't 12 digits`},
		"Region":                           {func(n *bucket.Naming) { n.Region = "here" }, `Region: "here" isn't an AWS Region`},
		"client account":                   {func(n *bucket.Naming) { n.ClientAccount = "1" }, `ClientAccount: client account "1" isn't 12 digits`},
		"prefix with another character":    {func(n *bucket.Naming) { n.BucketPrefix = "a~-" }, `BucketPrefix: bucket prefix "a~-" isn't`},
		"prefix that begins with hyphen":   {func(n *bucket.Naming) { n.BucketPrefix = "-a-" }, `BucketPrefix: bucket prefix "-a-" isn't`},
		"prefix that is a hyphen":          {func(n *bucket.Naming) { n.BucketPrefix = "-" }, `BucketPrefix: bucket prefix "-" isn't`},
		"no prefix":                        {func(n *bucket.Naming) { n.BucketPrefix = "" }, `BucketPrefix: bucket prefix "" isn't`},
		"reserved prefix":                  {func(n *bucket.Naming) { n.BucketPrefix = "sthree-" }, `BucketPrefix: bucket prefix "sthree-": "sthree-x" starts with "sthree-", which S3 reserves`},
		"longest prefix":                   {func(n *bucket.Naming) { n.BucketPrefix = strings.Repeat("a", 23) + "-" }, ""},
		"prefix too long":                  {func(n *bucket.Naming) { n.BucketPrefix = strings.Repeat("a", 24) + "-" }, `BucketPrefix: bucket prefix "aaaaaaaaaaaaaaaaaaaaaaaa-" is 1 characters too long for alternative names`},
		"prefix that is wrong in all ways": {func(n *bucket.Naming) { n.BucketPrefix = strings.Repeat("A", 60) }, "BucketPrefix: "},
		"prefixes of other stages":         {func(n *bucket.Naming) { n.SiblingPrefixes = "a-,b-" }, ""},
		"another stage's wrong prefix":     {func(n *bucket.Naming) { n.SiblingPrefixes = "a-,b" }, `SiblingPrefixes: "b" in the prefixes of other stages isn't a bucket prefix`},
		"user prefix with another sign":    {func(n *bucket.Naming) { n.ClientUserPrefix = "a~" }, `ClientUserPrefix: client user prefix "a~" isn't fewer than 64`},
		"longest user prefix":              {func(n *bucket.Naming) { n.ClientUserPrefix = strings.Repeat("A", 63) }, ""},
		"user prefix too long":             {func(n *bucket.Naming) { n.ClientUserPrefix = strings.Repeat("A", 64) }, "ClientUserPrefix: "},
	} {
		n := naming("us-east-1")
		c.change(&n)
		var got []string
		for _, err := range n.Validate() {
			if e, ok := errors.AsType[*bucket.NamingError](err); ok {
				got = append(got, e.Setting+": "+e.Error())
			}
		}
		if c.want == "" && len(got) != 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestABucketOfAnotherStageIsASibling: its prefix may begin as this stage's does.
func TestABucketOfAnotherStageIsASibling(t *testing.T) {
	n := naming("us-east-1")
	n.SiblingPrefixes = "fusion-rmsdev-,fusion-,other-"
	for name, want := range map[string]bool{
		"fusion-rmsdev-xmsqa1": true, "other-xmsqa1": true, "fusion-x": true, "fusion-rms-xmsqa1": false, "billing": false, "": false,
	} {
		if got := n.Sibling(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
	if n.SiblingPrefixes = ""; n.Sibling("fusion-rmsdev-xmsqa1") || n.Sibling("") {
		t.Error("a stage that is alone has siblings")
	}
}

func TestAnIDWhoseUsersNameIsOneTooLongIsRefused(t *testing.T) {
	n := naming("us-east-1")
	n.ClientUserPrefix = strings.Repeat("u", 60)
	if _, err := n.Spec("four"); err != nil {
		t.Errorf("64 characters: %v", err)
	}
	if _, err := n.Spec("fives"); err == nil || !strings.Contains(err.Error(), "has 65 characters, at most 64") {
		t.Errorf("65 characters: %v", err)
	}
}

// TestNamesOfClaimedBucketsAndOfTheClaimsKeepS3sRules holds what an operator may
// name, by S3's rules for names.
func TestNamesOfClaimedBucketsAndOfTheClaimsKeepS3sRules(t *testing.T) {
	n := naming("us-east-1")
	long := strings.Repeat("l", 63)
	wrong := map[string]string{
		"ab": "has 2 characters, 3 to 63 are allowed", long + "l": "has 64 characters", "A-bc": "isn't lower-case", "a~bc": "isn't lower-case", "-abc": "isn't lower-case", "~abc": "isn't lower-case",
		"abc-": "isn't lower-case", "a..b": "two dots", "1.2.3.4": "looks like an IP address",
		"xn--a": `starts with "xn--"`, "sthree-a": `starts with "sthree-"`, "amzn-s3-demo-a": "reserves",
		"a-s3alias": "reserves", "a--ol-s3": "reserves", "a.mrap": "reserves", "a--x-s3": "reserves", "a--table-s3": "reserves", "a-an-an": "reserves",
	}
	for name, says := range wrong {
		if err := n.CheckHomesBucket(name); err == nil || !strings.Contains(err.Error(), "the bucket of the claims: ") || !strings.Contains(err.Error(), says) {
			t.Errorf("claims in %q: %v, want %q", name, err, says)
		}
	}
	for _, name := range []string{"abc", long, "a.b-1", "homes-935799716578-us-east-1-an"} {
		if err := n.CheckHomesBucket(name); err != nil {
			t.Errorf("claims in %q: %v", name, err)
		}
		if err := n.CheckHome(name); err == nil || !strings.Contains(err.Error(), `doesn't begin with "fusion-rms-"`) {
			t.Errorf("home %q: %v", name, err)
		}
	}
	for _, name := range []string{"fusion-rms-x", "fusion-rms-x-935799716578-us-east-1-an"} {
		if err := n.CheckHome(name); err != nil {
			t.Errorf("home %q: %v", name, err)
		}
		if err := n.CheckHomesBucket(name); err == nil || !strings.Contains(err.Error(), `begins with "fusion-rms-"`) {
			t.Errorf("claims in %q: %v", name, err)
		}
	}
	if err := n.CheckHome("fusion-rms-a..b"); err == nil || !strings.Contains(err.Error(), "two dots") {
		t.Errorf("got %v", err)
	}
}

func TestAnAccessBlockNamesItsFlags(t *testing.T) {
	all := bucket.AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
	if got, want := strings.Join(all.Flags(), ", "), "BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if on := (bucket.AccessBlock{IgnorePublicACLs: true}).Flags(); len(on) != 1 || on[0] != "IgnorePublicAcls" {
		t.Errorf("one flag: %v", on)
	}
}
