package bucket_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

func TestEachPartitionHasItsARNsAndAddresses(t *testing.T) {
	for region, want := range map[string]struct{ partition, domain string }{
		"us-east-1":      {"aws", "amazonaws.com"},
		"eu-central-1":   {"aws", "amazonaws.com"},
		"me-south-1":     {"aws", "amazonaws.com"},
		"cn-north-1":     {"aws-cn", "amazonaws.com.cn"},
		"cn-northwest-1": {"aws-cn", "amazonaws.com.cn"},
		"us-gov-west-1":  {"aws-us-gov", "amazonaws.com"},
		"us-gov-east-1":  {"aws-us-gov", "amazonaws.com"},
	} {
		spec := mustSpec(t, naming(region), "xmsqa1")
		for what, got := range map[string][2]string{
			"ARN":         {spec.ARN("b"), "arn:" + want.partition + ":s3:::b"},
			"client user": {spec.ClientUserARN, "arn:" + want.partition + ":iam::" + account + ":user/rms_xmsqa1"},
			"public URL":  {spec.PublicURL("b"), "https://b.s3." + region + "." + want.domain + "/pub/"},
		} {
			if got[0] != got[1] {
				t.Errorf("%s in %s is %q, want %q", what, region, got[0], got[1])
			}
		}
		for _, s := range spec.Statements("b") {
			for _, r := range s.Resource {
				if !strings.HasPrefix(r, "arn:"+want.partition+":s3:::b") {
					t.Errorf("%s in %s speaks of %q", s.Sid, region, r)
				}
			}
		}
	}
}

func TestTheClientUsersCanBeInAnotherAccount(t *testing.T) {
	n := naming("us-east-1")
	n.ClientAccount = "111122223333"
	if got := mustSpec(t, n, "a").ClientUserARN; got != "arn:aws:iam::111122223333:user/rms_a" {
		t.Errorf("got %s", got)
	}
}

func TestARegionOfAnUnknownPartitionIsRefused(t *testing.T) {
	for _, region := range []string{
		"", "us-east", "us-east-1a", "us-east-1\n", " us-east-1", "US-EAST-1", "us_east_1", "global", "aws-global", "*", "us-*-1",
		"us-iso-east-1", "us-isob-east-1", "us-isof-south-1", "eu-isoe-west-1", "eusc-de-east-1", "us-east-1/x", "us-east-1:x", "ｕs-east-1",
	} {
		if err := naming(region).Validate(); err == nil {
			t.Errorf("Validate takes the Region %q", region)
		}
		if spec, err := naming(region).Spec("a"); err == nil {
			t.Errorf("Spec takes the Region %q: %+v", region, spec.Candidates)
		}
	}
}

func TestValidateRefusesSettingsThatYieldIllegalNames(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bucket.Naming)
		says   string
	}{
		"an account of 11 digits":         {func(n *bucket.Naming) { n.Account = "12345678901" }, "12 digits"},
		"an account in full-width digits": {func(n *bucket.Naming) { n.Account = "１２３４５６７８９０１２" }, "12 digits"},
		"an account with a newline":       {func(n *bucket.Naming) { n.Account = account + "\n" }, "12 digits"},
		"a client account that is a star": {func(n *bucket.Naming) { n.ClientAccount = "*" }, "client account"},
		"no prefix":                       {func(n *bucket.Naming) { n.BucketPrefix = "" }, "bucket prefix"},
		"a prefix without its hyphen":     {func(n *bucket.Naming) { n.BucketPrefix = "fusion" }, "bucket prefix"},
		"a prefix of a hyphen":            {func(n *bucket.Naming) { n.BucketPrefix = "-" }, "bucket prefix"},
		"a prefix with a double hyphen":   {func(n *bucket.Naming) { n.BucketPrefix = "fusion--" }, "bucket prefix"},
		"a prefix with an inner one":      {func(n *bucket.Naming) { n.BucketPrefix = "fu--sion-" }, "bucket prefix"},
		"a prefix with a star":            {func(n *bucket.Naming) { n.BucketPrefix = "fusion*-" }, "bucket prefix"},
		"a prefix with a dot":             {func(n *bucket.Naming) { n.BucketPrefix = "fusion.rms-" }, "bucket prefix"},
		"a prefix in upper case":          {func(n *bucket.Naming) { n.BucketPrefix = "Fusion-" }, "bucket prefix"},
		"a prefix that S3 reserves":       {func(n *bucket.Naming) { n.BucketPrefix = "sthree-" }, "reserves"},
		"the prefix of demo buckets":      {func(n *bucket.Naming) { n.BucketPrefix = "amzn-s3-demo-" }, "reserves"},
		"a prefix that is too long":       {func(n *bucket.Naming) { n.BucketPrefix = strings.Repeat("f", 30) + "-" }, "too long"},
		"a user prefix with a slash":      {func(n *bucket.Naming) { n.ClientUserPrefix = "a/" }, "user prefix"},
		"a user prefix with a star":       {func(n *bucket.Naming) { n.ClientUserPrefix = "*" }, "user prefix"},
		"a user prefix with a colon":      {func(n *bucket.Naming) { n.ClientUserPrefix = "a:" }, "user prefix"},
		"a user prefix of 64 characters":  {func(n *bucket.Naming) { n.ClientUserPrefix = strings.Repeat("u", 64) }, "user prefix"},
	} {
		t.Run(name, func(t *testing.T) {
			n := naming("us-east-1")
			c.change(&n)
			if err := errors.Join(n.Validate()...); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want it to say %q", err, c.says)
			}
		})
	}
}

func TestTheLongestAllowedPrefixStillLeavesRoomInEveryRegion(t *testing.T) {
	for _, region := range regions {
		n := naming(region)
		for length := 2; ; length++ {
			n.BucketPrefix = strings.Repeat("f", length-1) + "-"
			if errs := n.Validate(); errs != nil {
				if length <= len("fusion-rms-") {
					t.Fatalf("prefix of %d in %s: %v", length, region, errs)
				}
				break
			}
			for _, id := range []string{"a", "a-b-c-d-e", strings.Repeat("a", min(52, 63-length))} {
				for _, c := range mustSpec(t, n, id).Candidates {
					if !legalName.MatchString(c.Name) {
						t.Fatalf("prefix of %d, id %q in %s: %q", length, id, region, c.Name)
					}
				}
			}
		}
	}
}
