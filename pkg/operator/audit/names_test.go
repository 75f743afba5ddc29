package audit

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
)

func namingIn(region string) bucket.Naming {
	return bucket.Naming{Account: "935799716578", Region: region, BucketPrefix: "fusion-rms-", ClientAccount: "935799716578", ClientUserPrefix: "rms_"}
}

// Every name that an organization's bucket may have is known for that
// organization's alone, or for one whose hash doesn't tell.
func TestANameTellsItsOrganizationOrThatItIsShortened(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n, err := newNames(namingIn(rapid.SampledFrom([]string{"us-east-1", "ap-southeast-2", "cn-north-1", "me-south-1"}).Draw(r, "region")))
		if err != nil {
			r.Fatal(err)
		}
		id := org.ID(rapid.StringMatching(`[a-z0-9]([a-z0-9]-?){0,25}[a-z0-9]`).Draw(r, "id"))
		for _, name := range n.of(id) {
			got, named := n.organization(name)
			start, short := n.shortened(name)
			switch {
			case named == short:
				r.Errorf("%s: named %t, shortened %t", name, named, short)
			case named && got != id:
				r.Errorf("%s is of %s, not %s", name, got, id)
			case short && (len(start) > len(id) || string(id[:len(start)]) != start):
				r.Errorf("%s begins with %s, but is of %s", name, start, id)
			}
			if other := n.otherRegions(name); other != "" {
				r.Errorf("%s is said to be of %s", name, other)
			}
		}
	})
}

func TestNamesThatAreNoOrganizations(t *testing.T) {
	n, err := newNames(namingIn("us-east-1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"fusion-rms-", "fusion-rms-a.b", "fusion-rms-a--b", "fusion-rms-a-", "fusion-rms-a-an",
		"fusion-rms-a-111111111111-us-east-1-an",             // another account's namespace
		"fusion-rms-a-935799716578-eu-west-1-an",             // another Region's
		"fusion-rms--935799716578-us-east-1-an",              // no id
		"fusion-rms-a--abcdefghij",                           // shortened, but not in the namespace
		"fusion-rms-a--abcdefgh1j-935799716578-us-east-1-an", // no hash: it has no 1
		"other-a", "",
	} {
		if id, named := n.organization(name); named {
			t.Errorf("%q is said to be %s's", name, id)
		}
		if start, short := n.shortened(name); short {
			t.Errorf("%q is said to be shortened from %s…", name, start)
		}
	}
	if got := n.otherRegions("fusion-rms-a-935799716578-eu-west-1-an"); got != "eu-west-1" {
		t.Errorf("got %q", got)
	}
}

func TestNamingThatYieldsNoNamesIsRefused(t *testing.T) {
	if _, err := New(bucket.Naming{Region: "nowhere"}, nil, nil); err == nil {
		t.Error("an auditor was made")
	}
}
