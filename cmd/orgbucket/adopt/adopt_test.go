package adopt

import (
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

var tool = clitest.Tool(NewCommand)

// unprovedBucket is one that nothing proves to be anybody's.
func unprovedBucket() s3fake.Bucket {
	return s3fake.Bucket{
		Tags:        map[string]string{"Cost": "42", "OrgId": "xmsqa1 ", "aws:cloudformation:stack-name": "old", "Note": "a b"},
		AccessBlock: &clitest.AllOn,
		Policy: `{"Version":"2012-10-17","Statement":[{"Sid":"Logs","Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},` +
			`"Action":"s3:PutObject","Resource":"arn:aws:s3:::` + clitest.Name + `/logs/*","Condition":{"StringEquals":{"aws:SourceAccount":"` + clitest.Account + `"}}}]}`,
		Objects: map[string]s3fake.Object{"a\n.jpg": {}, "b.jpg": {}, "c.jpg": {}, "d.jpg": {}, "e.jpg": {}, "f.jpg": {}},
	}
}

// s3AndControl serves S3 Control, too.
func s3AndControl(t *testing.T) *s3fake.Server {
	t.Helper()
	fake := clitest.S3(t)
	t.Setenv("AWS_ENDPOINT_URL_S3_CONTROL", os.Getenv("AWS_ENDPOINT_URL_S3"))
	return fake
}

func tagsThen() map[string]string {
	tags := maps.Clone(unprovedBucket().Tags)
	tags["OrgId"] = string(clitest.ID)
	return tags
}

func TestAnAdoptionShowsAsksTagsAndSaysWhatIsNext(t *testing.T) {
	for name, c := range map[string]struct {
		input  string
		args   []string
		status int
		tagged bool
		says   string // on stderr
		golden string
	}{
		"agreed":                     {"xmsqa1\n", nil, cli.StatusOK, true, "Type xmsqa1", "adopt.txt"},
		"without asking":             {"", []string{"--yes"}, cli.StatusOK, true, "", "adopt.txt"},
		"named":                      {"", []string{"--yes", "--bucket", clitest.Name}, cli.StatusOK, true, "", "adopt.txt"},
		"as JSON":                    {"", []string{"--yes", "-o", "json"}, cli.StatusOK, true, "unproved, since", "adopt.json"},
		"only shown":                 {"", []string{"--dry-run"}, cli.StatusOK, false, "", "adopt-dry-run.txt"},
		"only shown, as JSON":        {"", []string{"--dry-run", "-o", "json"}, cli.StatusOK, false, "", "adopt-dry-run.json"},
		"not agreed":                 {"y\n", nil, cli.StatusFailed, false, "nothing was changed", "adopt-dry-run.txt"},
		"no answer":                  {"\n", nil, cli.StatusFailed, false, "nothing was changed", "adopt-dry-run.txt"},
		"nobody is there to ask":     {"", nil, cli.StatusUsage, false, "--yes", ""},
		"both --yes and --dry-run":   {"", []string{"--yes", "--dry-run"}, cli.StatusUsage, false, "dry-run", ""},
		"a name that isn't its own":  {"", []string{"--yes", "--bucket", "other-bucket"}, cli.StatusUsage, false, "begin with fusion-rms-", ""},
		"more than one organization": {"", []string{"--yes", "second"}, cli.StatusUsage, false, "arg", ""},
	} {
		t.Run(name, func(t *testing.T) {
			fake := s3AndControl(t)
			fake.Put(clitest.Name, unprovedBucket())
			got := tool.Run(t, c.input, append([]string{"adopt", "xmsqa1"}, c.args...)...)
			if got.Status != c.status || !strings.Contains(got.Err, c.says) {
				t.Errorf("status %d, want %d; said %q, want %q", got.Status, c.status, got.Err, c.says)
			}
			b, _ := fake.Bucket(clitest.Name)
			want := unprovedBucket().Tags
			if c.tagged {
				want = tagsThen()
			} else {
				clitest.NoWrites(t, fake)
			}
			if !maps.Equal(b.Tags, want) {
				t.Errorf("tags %q, want %q", b.Tags, want)
			}
			if strings.ContainsAny(got.Out+got.Err, "\x1b\t") && !strings.HasSuffix(c.golden, ".json") {
				t.Error("control characters reach the terminal")
			}
			if c.golden != "" {
				clitest.Golden(t, c.golden, got.Out)
			}
		})
	}
}

func TestWhatIsRefusedHasAStatusAndAReason(t *testing.T) {
	for name, c := range map[string]struct {
		put    map[string]s3fake.Bucket
		args   []string
		status int
		reason string
		says   string
	}{
		"the organization's already": {map[string]s3fake.Bucket{clitest.Name: clitest.Ready(t, clitest.ID, clitest.Name), clitest.Homes: clitest.Claim(clitest.ID, clitest.Name)}, nil, cli.StatusOK, "", ""},
		"another organization's":     {map[string]s3fake.Bucket{clitest.Name: {Tags: map[string]string{"OrgId": "other"}}, clitest.Alternative: {Tags: map[string]string{"OrgId": "other"}}}, []string{"--bucket", clitest.Alternative}, cli.StatusBlocked, "TaggedForAnother", "OrgId=other"},
		"in another Region":          {map[string]s3fake.Bucket{clitest.Name: {Region: "eu-west-1"}}, []string{"--bucket", clitest.Name}, cli.StatusBlocked, "InAnotherRegion", "eu-west-1"},
		"nothing to adopt":           {nil, nil, cli.StatusBlocked, "NothingToAdopt", clitest.Name + " is absent"},
		"a second home":              {map[string]s3fake.Bucket{clitest.Name: {}, clitest.Alternative: clitest.Ready(t, clitest.ID, clitest.Alternative)}, []string{"--bucket", clitest.Name}, cli.StatusBlocked, "HomeExists", clitest.Alternative},
		"two could be":               {map[string]s3fake.Bucket{clitest.Name: {}, clitest.Alternative: {}}, nil, cli.StatusUsage, "SeveralToAdopt", "--bucket"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := s3AndControl(t)
			for name, b := range c.put {
				fake.Put(name, b)
			}
			args := append([]string{"adopt", "xmsqa1", "--yes"}, c.args...)
			table := tool.Run(t, "", args...)
			if table.Status != c.status || !strings.Contains(table.Err, c.says) {
				t.Errorf("status %d, want %d; said %q", table.Status, c.status, table.Err)
			}
			var line struct {
				OrgID, Refused string
				Adopted        bool
			}
			asJSON := tool.Run(t, "", append(args, "-o", "json")...)
			if err := json.Unmarshal([]byte(asJSON.Out), &line); err != nil || line.Refused != c.reason || line.OrgID != "xmsqa1" || line.Adopted {
				t.Errorf("as JSON %q: %v", asJSON.Out, err)
			}
			clitest.NoWrites(t, fake)
		})
	}
}

func TestAClaimOfAnotherBucketIsShownAndReplaced(t *testing.T) {
	const given = clitest.Name + "-2"
	for input, status := range map[string]int{"xmsqa1\n": cli.StatusOK, "no\n": cli.StatusFailed} {
		fake := s3AndControl(t)
		fake.Put(clitest.Homes, clitest.Claim(clitest.ID, clitest.Name))
		fake.Put(clitest.Name, clitest.Ready(t, clitest.ID, clitest.Name))
		fake.Put(given, clitest.Ready(t, clitest.ID, given))
		got := tool.Run(t, input, "adopt", "xmsqa1", "--bucket", given)
		for _, want := range []string{"claim: " + clitest.Name + ", by message m1 at 2026-11-01 10:00:00 UTC → " + given, "would have to be moved"} {
			if !strings.Contains(got.Out, want) {
				t.Errorf("%q isn't in\n%s", want, got.Out)
			}
		}
		if !strings.Contains(got.Err, "instead of "+clitest.Name) || got.Status != status {
			t.Errorf("status %d, it asked %q", got.Status, got.Err)
		}
		homes, _ := fake.Bucket(clitest.Homes)
		text := string(homes.Objects[s3store.ClaimKey(clitest.ID)].Body)
		if replaced := strings.Contains(text, `"`+given+`"`); replaced != (status == cli.StatusOK) {
			t.Errorf("the claim is %s", text)
		}
	}
}

func TestAnAdoptionWithoutTheRightToTagFails(t *testing.T) {
	fake := s3AndControl(t)
	fake.Put(clitest.Name, unprovedBucket())
	fake.SetIdentity("operator", s3fake.Identity{Lacks: []string{"s3:TagResource"}})
	got := tool.Run(t, "", "adopt", "xmsqa1", "--yes")
	if got.Status != cli.StatusFailed || !strings.Contains(got.Err, "needs permission s3:TagResource on bucket "+clitest.Name) {
		t.Errorf("status %d, said %q", got.Status, got.Err)
	}
}

func TestTheNextStepNamesTheStage(t *testing.T) {
	fake := s3AndControl(t)
	fake.Put(clitest.Name, unprovedBucket())
	got := tool.Run(t, "", "adopt", "xmsqa1", "--yes")
	for _, want := range []string{"Next: orgbucket send xmsqa1\n", "or, if its message is a dead letter:\n      orgbucket dead-letters replay --org xmsqa1\n"} {
		if !strings.Contains(got.Out, want) {
			t.Errorf("%q isn't in\n%s", want, got.Out)
		}
	}
}
