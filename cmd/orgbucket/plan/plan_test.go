package plan

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// planSights are what an organization's names can be like, with the exit status
// of their plan.
func planSights(t *testing.T) map[string]struct {
	put    map[string]s3fake.Bucket
	status int
} {
	theirs := `{"Sid":"Theirs","Effect":"Allow","Principal":{"AWS":"` + clitest.Account + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::` + clitest.Name + `/x"}`
	damaged := clitest.Ready(t, clitest.ID, clitest.Name)
	damaged.AccessBlock = &clitest.AllOn
	damaged.Policy = strings.Replace(strings.Replace(damaged.Policy, "/pub/*", "/*", 1), `"Statement":[`, `"Statement":[`+theirs+`,`, 1)
	public := strings.ReplaceAll(`{"Version":"2012-10-17","Statement":[{"Sid":"Old\u001b[2J","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::N/*"}]}`, "N", clitest.Name)
	held := clitest.Ready(t, clitest.ID, clitest.Name)
	held.Tags["OrgbucketHold"] = "files leaked, ticket 7"
	return map[string]struct {
		put    map[string]s3fake.Bucket
		status int
	}{
		"healthy":     {map[string]s3fake.Bucket{clitest.Name: clitest.Ready(t, clitest.ID, clitest.Name)}, cli.StatusOK},
		"create":      {nil, cli.StatusAct},
		"alternative": {map[string]s3fake.Bucket{clitest.Name: {Owner: "111111111111"}}, cli.StatusAct},
		"repair":      {map[string]s3fake.Bucket{clitest.Name: damaged, clitest.Alternative: {Tags: map[string]string{"OrgId": "other"}}}, cli.StatusAct},
		"taken":       {map[string]s3fake.Bucket{clitest.Name: {Owner: "111111111111"}, clitest.Alternative: {Tags: map[string]string{"OrgId": "other"}}}, cli.StatusBlocked},
		"unproved":    {map[string]s3fake.Bucket{clitest.Name: {Tags: map[string]string{"OrgId": "xmsqa1\t"}}}, cli.StatusBlocked},
		"asleep":      {map[string]s3fake.Bucket{clitest.Name: {Tags: map[string]string{"OrgId": string(clitest.ID)}, AccessBlock: &clitest.AllOn, Policy: public}}, cli.StatusBlocked},
		"claimed":     {map[string]s3fake.Bucket{clitest.Homes: clitest.Claim(clitest.ID, clitest.Name+"-2"), clitest.Name + "-2": clitest.Ready(t, clitest.ID, clitest.Name+"-2")}, cli.StatusOK},
		"held":        {map[string]s3fake.Bucket{clitest.Homes: clitest.Claim(clitest.ID, clitest.Name), clitest.Name: held}, cli.StatusBlocked},
		"elsewhere":   {map[string]s3fake.Bucket{clitest.Name: {Tags: map[string]string{"OrgId": string(clitest.ID)}, Region: "eu-west-1"}}, cli.StatusBlocked},
	}
}

var tool = clitest.Tool(NewCommand)

func TestAPlanIsShownAndItsStatusIsTheVerdicts(t *testing.T) {
	for name, sight := range planSights(t) {
		t.Run(name, func(t *testing.T) {
			fake := clitest.S3(t)
			for bucket, b := range sight.put {
				fake.Put(bucket, b)
			}
			for _, format := range []string{"table", "json"} {
				got := tool.Run(t, "", "plan", "xmsqa1", "--output", format)
				if got.Status != sight.status {
					t.Errorf("status %d, want %d; %s", got.Status, sight.status, got.Err)
				}
				if got.Err != "" {
					t.Errorf("said beside it: %q", got.Err)
				}
				if strings.ContainsAny(got.Out, "\x1b\r\t") {
					t.Errorf("control characters reach the terminal: %q", got.Out)
				}
				clitest.Golden(t, "plan-"+name+"."+map[string]string{"table": "txt", "json": "json"}[format], got.Out)
			}
			clitest.NoWrites(t, fake)
		})
	}
}

func TestWhatCannotBeLookedAtIsStatusOne(t *testing.T) {
	fake := clitest.S3(t)
	fake.SetFault(down(clitest.Name))
	got := tool.Run(t, "", "plan", "xmsqa1")
	if got.Status != cli.StatusFailed || !strings.Contains(got.Out, "unknown: ") || strings.Contains(got.Out, "\x1b") {
		t.Errorf("status %d:\n%q", got.Status, got.Out)
	}
}

func TestBadIDsAreRefusedBeforeAnythingIsLookedAt(t *testing.T) {
	for name, c := range map[string]struct {
		input string
		args  []string
		says  string
	}{
		"an upper-case letter":    {"", []string{"plan", "Xmsqa1"}, "upper-case letter 'X'"},
		"a name that S3 reserves": {"", []string{"plan", "x-an"}, `ends with "-an"`},
		"nothing named":           {"", []string{"plan"}, "an argument is missing: orgbucket plan ORG"},
		"two":                     {"", []string{"plan", "a", "b"}, `"b" is one argument too many: orgbucket plan ORG`},
		"another format":          {"", []string{"plan", "a", "-o", "xml"}, "xml"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := clitest.S3(t)
			got := tool.Run(t, c.input, c.args...)
			if got.Status != cli.StatusUsage || !strings.Contains(got.Err, c.says) || got.Out != "" {
				t.Errorf("status %d, out %q, said %q; want %q", got.Status, got.Out, got.Err, c.says)
			}
			if calls := fake.Calls(); len(calls) > 0 {
				t.Errorf("%d calls", len(calls))
			}
		})
	}
}

// down makes S3 answer with 500 to everything about a bucket.
func down(name string) func(s3fake.Request) *s3fake.Fault {
	return func(r s3fake.Request) *s3fake.Fault {
		if r.Bucket != name {
			return nil
		}
		return &s3fake.Fault{Status: http.StatusForbidden, Code: "InvalidAccessKeyId", Message: "no\x1b[31m such key"}
	}
}
