package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

func TestManyPlansComeInTheirOrderAndTheWorstCounts(t *testing.T) {
	fake := s3Socket(t)
	fake.Put("fusion-rms-o7", s3fake.Bucket{})
	var list strings.Builder
	list.WriteString("# organizations\n\n")
	for i := range 40 {
		fmt.Fprintf(&list, "o%d\n", i)
	}
	list.WriteString("o3\n")
	file := filepath.Join(t.TempDir(), "orgs.txt")
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	// The first ones take longest.
	fake.SetFault(func(r s3fake.Request) *s3fake.Fault {
		var n int
		if _, err := fmt.Sscanf(r.Bucket, "fusion-rms-o%d", &n); err == nil && n < 10 {
			return &s3fake.Fault{Wait: time.Duration(10-n) * 5 * time.Millisecond}
		}
		return nil
	})
	check := func(got ran) {
		t.Helper()
		if got.status != statusBlocked {
			t.Errorf("status %d: %s", got.status, got.err)
		}
		lines := bufio.NewScanner(strings.NewReader(got.out))
		n := 0
		for ; lines.Scan(); n++ {
			var line struct{ OrgID, Verdict string }
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				t.Fatalf("%q: %v", lines.Text(), err)
			}
			if line.OrgID != fmt.Sprintf("o%d", n) || (line.Verdict == "blocked") != (n == 7) {
				t.Errorf("line %d is %+v", n, line)
			}
		}
		if n != 40 || !strings.Contains(got.err, "40 organizations: 0 healthy, 39 would work, 1 blocked, 0 unknown") || !strings.Contains(got.err, "1 ids came more than once") {
			t.Errorf("%d lines, and %q", n, got.err)
		}
	}
	check(commandLine(t, "", "plan", "--file", file, "-o", "json"))
	check(commandLine(t, list.String(), "plan", "--file", "-", "-o", "json"))
}

func TestBadIDsAreRefusedBeforeAnythingIsLookedAt(t *testing.T) {
	for name, c := range map[string]struct {
		input string
		args  []string
		says  string
	}{
		"an upper-case letter":      {"", []string{"plan", "ok", "Xmsqa1"}, "upper-case letter 'X'"},
		"a name that S3 reserves":   {"", []string{"plan", "x-an"}, `ends with "-an"`},
		"nothing named":             {"", []string{"plan"}, "--file"},
		"both a file and arguments": {"", []string{"plan", "a", "--file", "-"}, "--file"},
		"a bad line":                {"ok\nbad one\n", []string{"plan", "--file", "-"}, "line 2"},
		"an empty file":             {"# nothing\n", []string{"plan", "--file", "-"}, "no organization"},
		"a file that isn't there":   {"", []string{"plan", "--file", "/nonexistent/orgs"}, "no such file"},
		"another format":            {"", []string{"plan", "a", "-o", "xml"}, "xml"},
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

func TestAPlanThatIsStoppedSaysHowFarItCame(t *testing.T) {
	fake := s3Socket(t)
	ctx, stop := context.WithCancel(t.Context())
	seen := make(chan struct{}, 1000)
	fake.SetFault(func(r s3fake.Request) *s3fake.Fault {
		if seen <- struct{}{}; len(seen) == 30 {
			stop()
		}
		return nil
	})
	args := []string{"plan", "-o", "json"}
	for i := range 200 {
		args = append(args, fmt.Sprintf("o%d", i))
	}
	got := commandLineIn(ctx, "", args...)
	if lines := strings.Count(got.out, "\n"); got.status != statusStopped || !strings.Contains(got.err, fmt.Sprintf("after %d of 200 organizations", lines)) {
		t.Errorf("status %d with %d lines, said %q", got.status, lines, got.err)
	}
	if strings.Contains(got.out, `"unknown"`) {
		t.Errorf("what was cut off is told as a finding:\n%s", got.out)
	}
}
