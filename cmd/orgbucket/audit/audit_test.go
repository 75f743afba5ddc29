package audit

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/org"
)

func TestAnAuditInEachFormat(t *testing.T) {
	for _, format := range []string{"table", "json"} {
		for _, all := range []bool{false, true} {
			name, args := "audit."+format, []string{"-o", format}
			if all {
				name, args = "audit-all."+format, append(args, "--all")
			}
			t.Run(name, func(t *testing.T) {
				fake := clitest.S3(t)
				auditSights(t, fake)
				got := auditRun(t, args...)
				if got.Status != cli.StatusAct {
					t.Errorf("status %d", got.Status)
				}
				clitest.Golden(t, name, got.Out)
				clitest.Golden(t, name+".stderr", got.Err)
				if writes := fake.Writes(); len(writes) > 0 {
					t.Errorf("it wrote %v", writes)
				}
				if i := strings.IndexFunc(got.Out+got.Err, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' }); i >= 0 {
					t.Errorf("a control character is in %q", (got.Out + got.Err)[i:])
				}
			})
		}
	}
}

// line is any line of the JSON.
type line struct {
	Type string
	audit.Row
	Complete, Stopped bool
	RowsByStatus      map[string]int
	ExitStatus        int
	Error             string
}

func auditJSONLines(t *testing.T, out string) (all []line) {
	t.Helper()
	for s := bufio.NewScanner(strings.NewReader(out)); s.Scan(); {
		var l line
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatalf("%v in %s", err, s.Text())
		}
		all = append(all, l)
	}
	if len(all) == 0 || all[len(all)-1].Type != "summary" {
		t.Fatalf("the last line is no summary:\n%s", out)
	}
	for _, l := range all[:len(all)-1] {
		if l.Type != "bucket" {
			t.Errorf("a line is of type %q", l.Type)
		}
	}
	return all
}

func TestAnAuditsExitStatus(t *testing.T) {
	cases := []struct {
		name    string
		prepare func(t *testing.T, fake *s3fake.Server)
		args    []string
		status  int
		says    string
	}{
		{"nothing is off", func(t *testing.T, fake *s3fake.Server) {
			fake.Put("fusion-rms-healthy", clitest.Ready(t, "healthy", "fusion-rms-healthy"))
			fake.Put(clitest.Homes, clitest.Claim("healthy", "fusion-rms-healthy"))
		}, nil, cli.StatusOK, "examined: 1 healthy\n"},
		{"only a notice", func(t *testing.T, fake *s3fake.Server) {
			fake.Put("fusion-rms-healthy", clitest.Ready(t, "healthy", "fusion-rms-healthy"))
		}, nil, cli.StatusOK, "examined: 0 healthy, 1 with findings; 1 notice\n"},
		{"claims that can't be listed", func(_ *testing.T, fake *s3fake.Server) {
			fake.SetIdentity("operator", s3fake.Identity{Lacks: []string{"s3:ListBucket"}})
		}, nil, cli.StatusFailed, "These credentials need s3:ListBucket on the bucket of the claims."},
		{"no buckets", func(*testing.T, *s3fake.Server) {}, nil, cli.StatusAct, "no bucket whose name begins with fusion-rms- in account 935799716578, and no claim in orgbucket-homes"},
		{"findings", func(_ *testing.T, fake *s3fake.Server) { fake.Put("fusion-rms-bare", s3fake.Bucket{}) }, nil, cli.StatusAct, "1 with findings; 1 error, 0 warnings"},
		{"ignored ones", func(_ *testing.T, fake *s3fake.Server) { fake.Put("fusion-rms-bare", s3fake.Bucket{}) },
			[]string{"--ignore", "Drift", "--ignore", "OwnershipUnproved"}, cli.StatusOK, "OwnershipUnproved, ignored"},
		{"something hidden", func(t *testing.T, fake *s3fake.Server) {
			auditSights(t, fake)
			auditHidden(fake, "fusion-rms-healthy")
		}, nil, cli.StatusFailed, "orgbucket: audit: couldn't examine 1 bucket as a whole: AccessDenied (1)\n  These credentials lack, or the bucket's own policy denies: s3:GetBucketPolicy."},
		{"a list that is refused", func(_ *testing.T, fake *s3fake.Server) {
			fake.SetIdentity("operator", s3fake.Identity{Lacks: []string{"s3:ListAllMyBuckets"}})
		}, nil, cli.StatusFailed, "These credentials need s3:ListAllMyBuckets."},
		{"credentials that are over", func(_ *testing.T, fake *s3fake.Server) {
			fake.SetFault(s3fake.Always("", s3fake.Fault{Status: 400, Code: "ExpiredToken"}))
		}, nil, cli.StatusFailed, "Log in again"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fake := clitest.S3(t)
			c.prepare(t, fake)
			got := auditRun(t, c.args...)
			if got.Status != c.status || !strings.Contains(got.Err, c.says) {
				t.Errorf("status %d, want %d; it said\n%s", got.Status, c.status, got.Err)
			}
			asJSON := auditRun(t, append(c.args, "-o", "json")...)
			lines := auditJSONLines(t, asJSON.Out)
			if last := lines[len(lines)-1]; asJSON.Status != c.status || last.ExitStatus != c.status || last.Complete != (last.Error == "") {
				t.Errorf("with JSON the status is %d, and the summary %+v", asJSON.Status, last)
			}
		})
	}
}

func TestAnAuditThatIsCalledWrongly(t *testing.T) {
	fake := clitest.S3(t)
	for _, c := range []struct {
		says string
		args []string
	}{
		{"--rate 0", []string{"--rate", "0"}},
		{"--rate -1", []string{"--rate", "-1"}},
		{"--rate NaN", []string{"--rate", "NaN"}},
		{"--rate 1001", []string{"--rate", "1001"}},
		{`--ignore "Drfit" isn't known; did you mean Drift?`, []string{"--ignore", "Drfit:b"}},
		{`--ignore "AccessDenied" isn't known`, []string{"--ignore", "AccessDenied"}}, // what couldn't be read is never fine
		{`--output "xml"`, []string{"-o", "xml"}},
		{`"xmsqa1" is one argument too many`, []string{"xmsqa1"}},
		{"audit has no flag --fast", []string{"--fast"}},
	} {
		if got := tool.Run(t, "", append([]string{"audit"}, c.args...)...); got.Status != cli.StatusUsage || !strings.Contains(got.Err, c.says) || got.Out != "" {
			t.Errorf("%v: status %d, it said %q and wrote %q", c.args, got.Status, got.Err, got.Out)
		}
	}
	if calls := fake.Calls(); len(calls) > 0 {
		t.Errorf("it asked S3 %v", calls)
	}
}

// It is stopped while one bucket is examined.
func TestAnAuditThatIsStopped(t *testing.T) {
	for _, format := range []string{"table", "json"} {
		t.Run(format, func(t *testing.T) {
			fake := clitest.S3(t)
			auditSights(t, fake)
			ctx, stop := context.WithCancel(t.Context())
			fake.SetFault(func(r s3fake.Request) *s3fake.Fault {
				if r.Bucket == "fusion-rms-given" {
					time.AfterFunc(1500*time.Millisecond, stop) // the other buckets are examined by then
					return &s3fake.Fault{Hang: true}
				}
				return nil
			})
			got := tool.RunIn(ctx, "", "audit", "--rate", "1000", "-o", format)
			if got.Status != cli.StatusStopped || !strings.Contains(got.Err, "audit: stopped: examined 13 of the ") || !strings.Contains(got.Out, "fusion-rms-drifted") || strings.Contains(got.Out, "fusion-rms-given") {
				t.Errorf("status %d\n%s\n%s", got.Status, got.Out, got.Err)
			}
			if format == "json" {
				lines := auditJSONLines(t, got.Out)
				if last := lines[len(lines)-1]; !last.Stopped || last.Complete || last.ExitStatus != cli.StatusStopped || last.RowsByStatus["notExamined"] != 0 {
					t.Errorf("the summary is %+v", last)
				}
			}
		})
	}
}

// full is an output that takes no more.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, context.DeadlineExceeded
	}
	return len(p), nil
}

func TestAnOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	fake := clitest.S3(t)
	auditSights(t, fake)
	for _, format := range []string{"table", "json"} {
		var errs strings.Builder
		a := cli.NewApp()
		a.Out, a.Err, a.ErrTerminal = &full{left: 500}, &errs, false
		if status := tool.RunApp(t.Context(), a, append(fast[:len(fast):len(fast)], "-o", format)...); status != cli.StatusFailed || !strings.Contains(errs.String(), "write the ") {
			t.Errorf("%s: status %d, it said %s", format, status, errs.String())
		}
	}
}

func TestAProgressBarStaysOffTheResults(t *testing.T) {
	fake := clitest.S3(t)
	auditSights(t, fake)
	var out, errs strings.Builder
	a := cli.NewApp()
	a.Out, a.Err, a.ErrTerminal = &out, &errs, true
	if status := tool.RunApp(t.Context(), a, append(fast[:len(fast):len(fast)], "-o", "json")...); status != cli.StatusAct {
		t.Errorf("status %d", status)
	}
	auditJSONLines(t, out.String())
	if !strings.Contains(errs.String(), "buckets") {
		t.Errorf("no bar was drawn: %q", errs.String())
	}
}

func TestTheHelpNamesEveryFinding(t *testing.T) {
	got := tool.Run(t, "", "audit", "--help")
	if got.Status != cli.StatusOK {
		t.Errorf("status %d", got.Status)
	}
	for _, code := range cli.Texts(audit.Codes()) {
		if !strings.Contains(got.Out, "  "+code+" ") {
			t.Errorf("it lacks %s", code)
		}
	}
	for s := bufio.NewScanner(strings.NewReader(about + codeTable() + moreAbout)); s.Scan(); {
		if len([]rune(s.Text())) > 110 {
			t.Errorf("a long line: %s", s.Text())
		}
	}
}

// At this rate the second call has to wait for minutes.
func TestTheRateHoldsForAllCalls(t *testing.T) {
	fake := clitest.S3(t)
	ctx, stop := context.WithCancel(t.Context())
	second := make(chan struct{}, 1)
	var calls atomic.Int64
	fake.SetFault(func(s3fake.Request) *s3fake.Fault {
		if calls.Add(1) > 1 {
			second <- struct{}{}
			return nil
		}
		select {
		case <-second:
		case <-time.After(200 * time.Millisecond): // it would have come by now
		}
		stop()
		return nil
	})
	got := tool.RunIn(ctx, "", "audit", "--rate", "0.01")
	if got.Status != cli.StatusStopped || calls.Load() != 1 || !strings.Contains(got.Err, "audit: stopped: examined 0 of the ") {
		t.Errorf("status %d after %d calls; it said %s", got.Status, calls.Load(), got.Err)
	}
}

// TestFindingsOfOneBucketCanBeIgnored, and those that an earlier audit knew.
func TestFindingsOfOneBucketCanBeIgnored(t *testing.T) {
	fake := clitest.S3(t)
	fake.Put("fusion-rms-bare", s3fake.Bucket{})
	fake.Put("fusion-rms-naked", s3fake.Bucket{})
	got := auditRun(t, "--ignore", "OwnershipUnproved:fusion-rms-bare")
	if got.Status != cli.StatusAct || strings.Contains(got.Out, "fusion-rms-bare") || !strings.Contains(got.Out, "fusion-rms-naked") {
		t.Errorf("%+v", got)
	}
	if got := auditRun(t, "--ignore", "OwnershipUnproved:fusion-rms-bare", "--ignore", "OwnershipUnproved:fusion-rms-naked"); got.Status != cli.StatusOK {
		t.Errorf("%+v", got)
	}
	known := filepath.Join(t.TempDir(), "known.json")
	keep := func(args ...string) {
		if err := os.WriteFile(known, []byte(auditRun(t, append(args, "-o", "json")...).Out), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	if got := auditRun(t, "--baseline", known); got.Status != cli.StatusOK || !strings.Contains(got.Err, "2  OwnershipUnproved, ignored") {
		t.Errorf("%+v", got)
	}
	keep("--baseline", known, "--all") // what was ignored stays known
	fake.Put("fusion-rms-new", s3fake.Bucket{})
	if got := auditRun(t, "--baseline", known); got.Status != cli.StatusAct || strings.Count(got.Out, "OwnershipUnproved") != 1 || !strings.Contains(got.Out, "fusion-rms-new") {
		t.Errorf("%+v", got)
	}
	for content, says := range map[string]string{"": "cut off", "hello": "isn't the output", `{"type":"bucket"}`: "cut off"} {
		if err := os.WriteFile(known, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := auditRun(t, "--baseline", known); got.Status != cli.StatusUsage || !strings.Contains(got.Err, says) {
			t.Errorf("%q: %+v", content, got)
		}
	}
	for args, says := range map[string]string{"--ignore=Oops:x": "isn't known", "--ignore=Drift:": "names no bucket", "--baseline=/nowhere": "no such file"} {
		if got := auditRun(t, args); got.Status != cli.StatusUsage || !strings.Contains(got.Err, says) {
			t.Errorf("%s: %+v", args, got)
		}
	}
}

// TestAStrangersViewIsProbed by requests without a signature.
func TestAStrangersViewIsProbed(t *testing.T) {
	fake := clitest.S3(t)
	fake.Put("fusion-rms-healthy", clitest.Ready(t, "healthy", "fusion-rms-healthy"))
	fake.Put("fusion-rms-listed", clitest.Ready(t, "listed", "fusion-rms-listed", `{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::fusion-rms-listed"}`))
	fake.Put("fusion-rms-bare", s3fake.Bucket{})
	hidden := clitest.Ready(t, "hidden", "fusion-rms-hidden")
	fake.Put("fusion-rms-hidden", hidden)
	fake.SetFault(func(r s3fake.Request) *s3fake.Fault { // a rule of the organization, say
		if r.Bucket == "fusion-rms-hidden" && r.Caller == "" {
			return &s3fake.Fault{Status: 403, Code: "AccessDenied"}
		}
		return nil
	})
	got := auditRun(t, "--probe")
	for _, want := range []string{"NotReadable               the public can't read pub/", "PublicListAllowed         the public can list the bucket"} {
		if got.Status != cli.StatusAct || strings.Count(got.Out, want) != 1 {
			t.Errorf("%d of %q in\n%s%s", strings.Count(got.Out, want), want, got.Out, got.Err)
		}
	}
	unsigned := 0
	for _, c := range fake.Calls() {
		if c.Caller == "" {
			unsigned++
		}
	}
	if unsigned != 6 {
		t.Errorf("%d requests without a signature, want two for each of three homes", unsigned)
	}
	if again := auditRun(t); strings.Contains(again.Out, "NotReadable") || strings.Contains(again.Out, "PublicListAllowed") || len(fake.Calls()) == 0 {
		t.Errorf("without --probe: %s", again.Out)
	}
}

// TestTheListSaysWhatIsntThere, so that nobody has to ask.
func TestTheListSaysWhatIsntThere(t *testing.T) {
	fake := clitest.S3(t)
	claims := s3fake.Bucket{Objects: map[string]s3fake.Object{}}
	const n = 20
	for i := range n {
		id := org.ID(fmt.Sprint("org", i))
		name := "fusion-rms-" + string(id)
		fake.Put(name, clitest.Ready(t, id, name))
		maps.Copy(claims.Objects, clitest.Claim(id, name).Objects)
	}
	fake.Put(clitest.Homes, claims)
	got := auditRun(t)
	if calls := len(fake.Calls()) - 2; got.Status != cli.StatusOK || calls != 5*n { // two lists
		t.Errorf("%d calls for %d buckets; %+v", calls, n, got)
	}
	// A second home is seen nevertheless, whichever name it has.
	fake.Put("fusion-rms-org7-935799716578-us-east-1-an", s3fake.Bucket{Tags: map[string]string{"OrgId": "org7"}})
	if got := auditRun(t); got.Status != cli.StatusAct || !strings.Contains(got.Out, "MultipleHomes") {
		t.Errorf("%+v", got)
	}
}
