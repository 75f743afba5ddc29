package adopt

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// before puts organizations from before the claims.
func before(t *testing.T) *s3fake.Server {
	t.Helper()
	fake := clitest.S3(t)
	tagged := func(id string) s3fake.Bucket { return s3fake.Bucket{Tags: map[string]string{"OrgId": id}} }
	for i := range 20 {
		id := fmt.Sprintf("org%02d", i)
		fake.Put("fusion-rms-"+id, tagged(id))
	}
	fake.Put("fusion-rms-old-2", tagged("old"))
	fake.Put("fusion-rms-twice", tagged("twice"))
	fake.Put("fusion-rms-twice-2", tagged("twice"))
	fake.Put("fusion-rms-bare", s3fake.Bucket{})
	fake.Put("fusion-rms-far", s3fake.Bucket{Region: "eu-west-1", Tags: map[string]string{"OrgId": "far"}})
	fake.Put("fusion-rms-odd", tagged("x-an"))
	fake.Put("fusion-rms-theirs", s3fake.Bucket{Owner: "111111111111", Tags: map[string]string{"OrgId": "theirs"}})
	fake.Put("fusion-rms-new", tagged("new"))
	fake.Put(clitest.Homes, clitest.Claim("new", "fusion-rms-elsewhere"))
	return fake
}

// claims are the organizations with a claim.
func claims(fake *s3fake.Server) []string {
	b, _ := fake.Bucket(clitest.Homes)
	return slices.Sorted(maps.Keys(b.Objects))
}

func TestAllAreClaimedAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		input  string
		args   []string
		status int
		made   int
		says   string
	}{
		"agreed":         {"y\n", nil, cli.StatusAct, 21, "Claim for 21 organizations (account 935799716578)?"},
		"without asking": {"", []string{"--yes"}, cli.StatusAct, 21, ""},
		"not agreed":     {"n\n", nil, cli.StatusFailed, 0, "nothing was changed"},
		"only shown":     {"", []string{"--dry-run"}, cli.StatusAct, 0, ""},
		"nobody to ask":  {"", nil, cli.StatusUsage, 0, "--yes"},
		"and one":        {"", []string{"--yes", "xmsqa1"}, cli.StatusUsage, 0, "--all"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := before(t)
			got := tool.Run(t, c.input, append([]string{"adopt", "--all"}, c.args...)...)
			if got.Status != c.status || !strings.Contains(got.Err, c.says) || len(claims(fake)) != 1+c.made {
				t.Errorf("status %d, claims %v; said %s%s", got.Status, claims(fake), got.Out, got.Err)
			}
			if c.made == 0 {
				clitest.NoWrites(t, fake)
				return
			}
			for _, want := range []string{"1 organization with a claim, 21 without one", "! old would get fusion-rms-old-2,", "? twice has several tagged buckets", "Claimed for 21 organizations."} {
				if !strings.Contains(got.Out, want) {
					t.Errorf("%q isn't in\n%s", want, got.Out)
				}
			}
			b, _ := fake.Bucket(clitest.Homes)
			for id, home := range map[org.ID]string{"old": "fusion-rms-old-2", "org07": "fusion-rms-org07", "new": "fusion-rms-elsewhere"} {
				if text := string(b.Objects[s3store.ClaimKey(id)].Body); !strings.Contains(text, `"bucket":"`+home+`"`) {
					t.Errorf("the claim of %s is %s", id, text)
				}
			}
			again := tool.Run(t, "", "adopt", "--all", "--yes", "-o", "json")
			if want := `{"claimedBefore":22,"unclaimed":0,"claimed":0,"failed":0,"several":["twice"]}` + "\n"; again.Out != want {
				t.Errorf("again: %s", again.Out)
			}
		})
	}
}

func TestWhatCannotBeSeenEndsItBeforeAnythingIsClaimed(t *testing.T) {
	fake := before(t)
	fake.SetFault(func(r s3fake.Request) *s3fake.Fault {
		if r.Bucket == "fusion-rms-org19" {
			return &s3fake.Fault{Status: 403, Code: "AccessDenied"}
		}
		return nil
	})
	if got := tool.Run(t, "", "adopt", "--all", "--yes"); got.Status != cli.StatusFailed || !strings.Contains(got.Err, "s3:GetBucketTagging on bucket fusion-rms-org19") {
		t.Errorf("status %d, said %s", got.Status, got.Err)
	}
	clitest.NoWrites(t, fake)
}

func TestClaimsThatFailAreSaidAndTheOthersMade(t *testing.T) {
	fake := before(t)
	fake.SetFault(func(r s3fake.Request) *s3fake.Fault {
		if r.Operation == "PutObject" && r.Key == "homes/org03" {
			return &s3fake.Fault{Status: 403, Code: "AccessDenied"}
		}
		return nil
	})
	got := tool.Run(t, "", "adopt", "--all", "--yes")
	if got.Status != cli.StatusFailed || !strings.Contains(got.Err, "org03: ") || !strings.Contains(got.Err, "1 claim failed") || len(claims(fake)) != 21 {
		t.Errorf("status %d, claims %v, said %s", got.Status, claims(fake), got.Err)
	}
}
