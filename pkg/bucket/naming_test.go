package bucket_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// regions are AWS's in the three partitions
// (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html).
var regions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "af-south-1", "ap-east-1", "ap-east-2", "ap-south-1", "ap-south-2",
	"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
	"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2",
	"eu-west-1", "eu-west-2", "eu-west-3", "eu-south-1", "eu-south-2", "eu-north-1", "il-central-1", "mx-central-1",
	"me-south-1", "me-central-1", "sa-east-1", "cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1",
}

const account = "935799716578" // the documented example's

func naming(region string) bucket.Naming {
	return bucket.Naming{Account: account, Region: region, BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}
}

func mustSpec(t interface {
	Helper()
	Fatalf(string, ...any)
}, n bucket.Naming, id string) bucket.Spec {
	t.Helper()
	spec, err := n.Spec(org.ID(id))
	if err != nil {
		t.Fatalf("names for %q in %s: %v", id, n.Region, err)
	}
	return spec
}

// idOf draws legal ids, short and long, with and without hyphens.
var idOf = rapid.OneOf(
	rapid.StringMatching(`[a-z0-9]{1,52}`),
	rapid.StringMatching(`[a-z0-9]{1,8}(-[a-z0-9]{1,10}){0,4}`),
	rapid.StringMatching(`[a-z0-9](-[a-z0-9]){20,25}`),
).Filter(func(s string) bool {
	return len(s) <= org.MaxIDLength && !strings.HasSuffix("-"+s, "-an") && !strings.HasSuffix("-"+s, "-s3alias")
})

// legalName says S3's rules for names a second time, in another way than the code.
var legalName = regexp.MustCompile(`\A[a-z0-9][a-z0-9-]{1,61}[a-z0-9]\z`)

func checkLegal(t *rapid.T, region string, c bucket.Candidate) {
	t.Helper()
	if !legalName.MatchString(c.Name) {
		t.Fatalf("%q isn't a bucket name", c.Name)
	}
	for _, p := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(c.Name, p) {
			t.Fatalf("%q starts with the reserved %q", c.Name, p)
		}
	}
	for _, s := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(c.Name, s) {
			t.Fatalf("%q ends with the reserved %q", c.Name, s)
		}
	}
	if suffix := "-" + account + "-" + region + "-an"; c.AccountRegional != strings.HasSuffix(c.Name, "-an") || c.AccountRegional && !strings.HasSuffix(c.Name, suffix) {
		t.Fatalf("%q and the account-regional namespace (%v) don't go together", c.Name, c.AccountRegional)
	}
}

func TestEveryIDHasLegalNamesInEveryRegion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		region := rapid.SampledFrom(regions).Draw(t, "region")
		id := idOf.Draw(t, "id")
		spec := mustSpec(t, naming(region), id)
		if got := spec.Candidates[0]; got != (bucket.Candidate{Name: "fusion-rms-" + id}) {
			t.Fatalf("the conventional candidate is %+v", got)
		}
		regional := region != "me-south-1" && region != "me-central-1"
		if want := map[bool]int{true: 2, false: 4}[regional]; len(spec.Candidates) != want {
			t.Fatalf("%d candidates in %s, want %d", len(spec.Candidates), region, want)
		}
		for i, c := range spec.Candidates {
			checkLegal(t, region, c)
			if slices.Contains(spec.Candidates[:i], c) {
				t.Fatalf("candidates %+v", spec.Candidates)
			}
			if c.AccountRegional != (regional && i == 1) {
				t.Fatalf("candidate %d in %s: %+v", i, region, c)
			}
			if i > 0 && !regional {
				if rest, ok := strings.CutPrefix(c.Name, "fusion-rms-"); !ok || !strings.Contains(rest, "--") {
					t.Fatalf("%q could be another organization's conventional name", c.Name)
				}
			}
		}
	})
}

func TestNoTwoOrganizationsShareACandidate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := naming(rapid.SampledFrom(regions).Draw(t, "region"))
		a := idOf.Draw(t, "id")
		// Half of the others are near relations: same start, longer, shorter.
		b := rapid.OneOf(idOf, idOf, rapid.Custom(func(t *rapid.T) string {
			return strings.TrimRight(a[:rapid.IntRange(1, len(a)).Draw(t, "kept")], "-") + rapid.StringMatching(`[a-z0-9]{0,3}`).Draw(t, "end")
		})).Draw(t, "other id")
		if _, err := n.Spec(org.ID(b)); a == b || len(b) > org.MaxIDLength || err != nil {
			t.Skip("not another organization")
		}
		for _, x := range mustSpec(t, n, a).Candidates {
			for _, y := range mustSpec(t, n, b).Candidates {
				if x.Name == y.Name {
					t.Fatalf("%q and %q share %q", a, b, x.Name)
				}
			}
		}
	})
}
