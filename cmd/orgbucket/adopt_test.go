package main

import (
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// unprovedBucket is one that nothing proves to be anybody's.
func unprovedBucket() s3fake.Bucket {
	return s3fake.Bucket{
		Tags:        map[string]string{"Cost": "42", "OrgId": "xmsqa1 ", "aws:cloudformation:stack-name": "old", "Note": "a b"},
		AccessBlock: &planAllOn,
		Policy: `{"Version":"2012-10-17","Statement":[{"Sid":"Logs","Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},` +
			`"Action":"s3:PutObject","Resource":"arn:aws:s3:::` + planN1 + `/logs/*","Condition":{"StringEquals":{"aws:SourceAccount":"` + planAccount + `"}}}]}`,
		Objects: map[string]s3fake.Object{"a\n.jpg": {}, "b.jpg": {}, "c.jpg": {}, "d.jpg": {}, "e.jpg": {}, "f.jpg": {}},
	}
}

// s3AndControl serves S3 Control, too.
func s3AndControl(t *testing.T) *s3fake.Server {
	t.Helper()
	fake := s3Socket(t)
	t.Setenv("AWS_ENDPOINT_URL_S3_CONTROL", os.Getenv("AWS_ENDPOINT_URL_S3"))
	return fake
}

func tagsThen() map[string]string {
	tags := maps.Clone(unprovedBucket().Tags)
	tags["OrgId"] = string(planID)
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
		"agreed":                     {"xmsqa1\n", nil, statusOK, true, "Type xmsqa1", "adopt.txt"},
		"without asking":             {"", []string{"--yes"}, statusOK, true, "", "adopt.txt"},
		"named":                      {"", []string{"--yes", "--bucket", planN1}, statusOK, true, "", "adopt.txt"},
		"as JSON":                    {"", []string{"--yes", "-o", "json"}, statusOK, true, "unproved, since", "adopt.json"},
		"only shown":                 {"", []string{"--dry-run"}, statusOK, false, "", "adopt-dry-run.txt"},
		"only shown, as JSON":        {"", []string{"--dry-run", "-o", "json"}, statusOK, false, "", "adopt-dry-run.json"},
		"not agreed":                 {"y\n", nil, statusFailed, false, "nothing was changed", "adopt-dry-run.txt"},
		"no answer":                  {"\n", nil, statusFailed, false, "nothing was changed", "adopt-dry-run.txt"},
		"nobody is there to ask":     {"", nil, statusUsage, false, "--yes", ""},
		"both --yes and --dry-run":   {"", []string{"--yes", "--dry-run"}, statusUsage, false, "dry-run", ""},
		"a name that isn't its own":  {"", []string{"--yes", "--bucket", "fusion-rms-other"}, statusUsage, false, planN2, ""},
		"more than one organization": {"", []string{"--yes", "second"}, statusUsage, false, "arg", ""},
	} {
		t.Run(name, func(t *testing.T) {
			fake := s3AndControl(t)
			fake.Put(planN1, unprovedBucket())
			got := commandLine(t, c.input, append([]string{"adopt", "xmsqa1"}, c.args...)...)
			if got.status != c.status || !strings.Contains(got.err, c.says) {
				t.Errorf("status %d, want %d; said %q, want %q", got.status, c.status, got.err, c.says)
			}
			b, _ := fake.Bucket(planN1)
			want := unprovedBucket().Tags
			if c.tagged {
				want = tagsThen()
			} else {
				planNoWrites(t, fake)
			}
			if !maps.Equal(b.Tags, want) {
				t.Errorf("tags %q, want %q", b.Tags, want)
			}
			if strings.ContainsAny(got.out+got.err, "\x1b\t") && !strings.HasSuffix(c.golden, ".json") {
				t.Error("control characters reach the terminal")
			}
			if c.golden != "" {
				planGolden(t, c.golden, got.out)
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
		"the organization's already": {map[string]s3fake.Bucket{planN1: planReady(t, planN1)}, nil, statusOK, "", ""},
		"another organization's":     {map[string]s3fake.Bucket{planN1: {Tags: map[string]string{"OrgId": "other"}}, planN2: {Tags: map[string]string{"OrgId": "other"}}}, []string{"--bucket", planN2}, statusBlocked, "TaggedForAnother", "OrgId=other"},
		"in another Region":          {map[string]s3fake.Bucket{planN1: {Region: "eu-west-1"}}, []string{"--bucket", planN1}, statusBlocked, "InAnotherRegion", "eu-west-1"},
		"nothing to adopt":           {nil, nil, statusBlocked, "NothingToAdopt", planN1 + " is absent"},
		"a second home":              {map[string]s3fake.Bucket{planN1: {}, planN2: planReady(t, planN2)}, []string{"--bucket", planN1}, statusBlocked, "HomeExists", planN2},
		"two could be":               {map[string]s3fake.Bucket{planN1: {}, planN2: {}}, nil, statusUsage, "SeveralToAdopt", "--bucket"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := s3AndControl(t)
			for name, b := range c.put {
				fake.Put(name, b)
			}
			args := append([]string{"adopt", "xmsqa1", "--yes"}, c.args...)
			table := commandLine(t, "", args...)
			if table.status != c.status || !strings.Contains(table.err, c.says) {
				t.Errorf("status %d, want %d; said %q", table.status, c.status, table.err)
			}
			var line struct {
				OrgID, Refused string
				Adopted        bool
			}
			asJSON := commandLine(t, "", append(args, "-o", "json")...)
			if err := json.Unmarshal([]byte(asJSON.out), &line); err != nil || line.Refused != c.reason || line.OrgID != "xmsqa1" || line.Adopted {
				t.Errorf("as JSON %q: %v", asJSON.out, err)
			}
			planNoWrites(t, fake)
		})
	}
}

func TestAnAdoptionWithoutTheRightToTagFails(t *testing.T) {
	fake := s3AndControl(t)
	fake.Put(planN1, unprovedBucket())
	fake.SetIdentity("operator", s3fake.Identity{Lacks: []string{"s3:TagResource"}})
	got := commandLine(t, "", "adopt", "xmsqa1", "--yes")
	if got.status != statusFailed || !strings.Contains(got.err, "needs permission s3:TagResource on bucket "+planN1) {
		t.Errorf("status %d, said %q", got.status, got.err)
	}
}

func TestTheNextStepNamesTheStage(t *testing.T) {
	fake := s3AndControl(t)
	fake.Put(planN1, unprovedBucket())
	got := commandLine(t, "", "adopt", "xmsqa1", "--yes")
	for _, want := range []string{"Next: orgbucket send xmsqa1\n", "orgbucket dead-letters replay --org xmsqa1,"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q isn't in\n%s", want, got.out)
		}
	}
}
