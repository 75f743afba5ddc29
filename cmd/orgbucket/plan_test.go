package main

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// planSights are what an organization's names can be like, with the exit status
// of their plan.
func planSights(t *testing.T) map[string]struct {
	put    map[string]s3fake.Bucket
	status int
} {
	theirs := `{"Sid":"Theirs","Effect":"Allow","Principal":{"AWS":"` + planAccount + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::` + planN1 + `/x"}`
	damaged := planReady(t, planN1)
	damaged.AccessBlock = &planAllOn
	damaged.Policy = strings.Replace(strings.Replace(damaged.Policy, "/pub/*", "/*", 1), `"Statement":[`, `"Statement":[`+theirs+`,`, 1)
	public := strings.ReplaceAll(`{"Version":"2012-10-17","Statement":[{"Sid":"Old\u001b[2J","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::N/*"}]}`, "N", planN1)
	return map[string]struct {
		put    map[string]s3fake.Bucket
		status int
	}{
		"healthy":     {map[string]s3fake.Bucket{planN1: planReady(t, planN1)}, statusOK},
		"create":      {nil, statusAct},
		"alternative": {map[string]s3fake.Bucket{planN1: {Owner: "111111111111"}}, statusAct},
		"repair":      {map[string]s3fake.Bucket{planN1: damaged, planN2: {Tags: map[string]string{"OrgId": "other"}}}, statusAct},
		"unproved":    {map[string]s3fake.Bucket{planN1: {Tags: map[string]string{"OrgId": "xmsqa1\t"}}}, statusBlocked},
		"asleep":      {map[string]s3fake.Bucket{planN1: {Tags: planOurTags, AccessBlock: &planAllOn, Policy: public}}, statusBlocked},
		"elsewhere":   {map[string]s3fake.Bucket{planN1: {Tags: planOurTags, Region: "eu-west-1"}}, statusBlocked},
	}
}

func TestAPlanIsShownAndItsStatusIsTheVerdicts(t *testing.T) {
	for name, sight := range planSights(t) {
		t.Run(name, func(t *testing.T) {
			fake := s3Socket(t)
			for bucket, b := range sight.put {
				fake.Put(bucket, b)
			}
			for _, format := range []string{"table", "json"} {
				got := commandLine(t, "", "plan", "xmsqa1", "--output", format)
				if got.status != sight.status {
					t.Errorf("status %d, want %d; %s", got.status, sight.status, got.err)
				}
				if got.err != "" {
					t.Errorf("said beside it: %q", got.err)
				}
				if strings.ContainsAny(got.out, "\x1b\r\t") {
					t.Errorf("control characters reach the terminal: %q", got.out)
				}
				planGolden(t, "plan-"+name+"."+map[string]string{"table": "txt", "json": "json"}[format], got.out)
			}
			planNoWrites(t, fake)
		})
	}
}

func TestWhatCannotBeLookedAtIsStatusOne(t *testing.T) {
	fake := s3Socket(t)
	fake.SetFault(planDown(planN1))
	got := commandLine(t, "", "plan", "xmsqa1")
	if got.status != statusFailed || !strings.Contains(got.out, "unknown: ") || strings.Contains(got.out, "\x1b") {
		t.Errorf("status %d:\n%q", got.status, got.out)
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
		"nothing named":           {"", []string{"plan"}, "accepts 1 arg"},
		"two":                     {"", []string{"plan", "a", "b"}, "accepts 1 arg"},
		"another format":          {"", []string{"plan", "a", "-o", "xml"}, "xml"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := s3Socket(t)
			got := commandLine(t, c.input, c.args...)
			if got.status != statusUsage || !strings.Contains(got.err, c.says) || got.out != "" {
				t.Errorf("status %d, out %q, said %q; want %q", got.status, got.out, got.err, c.says)
			}
			if calls := fake.Calls(); len(calls) > 0 {
				t.Errorf("%d calls", len(calls))
			}
		})
	}
}
