package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

func TestAnAuditInEachFormat(t *testing.T) {
	for _, format := range []string{"table", "json", "csv"} {
		for _, all := range []bool{false, true} {
			name, args := "audit."+format, []string{"-o", format}
			if all {
				name, args = "audit-all."+format, append(args, "--all")
			}
			t.Run(name, func(t *testing.T) {
				fake := s3Socket(t)
				auditSights(t, fake)
				got := auditRun(t, args...)
				if got.status != statusAct {
					t.Errorf("status %d", got.status)
				}
				auditGolden(t, name, got.out)
				auditGolden(t, name+".stderr", got.err)
				if writes := fake.Writes(); len(writes) > 0 {
					t.Errorf("it wrote %v", writes)
				}
				if i := strings.IndexFunc(got.out+got.err, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' }); i >= 0 {
					t.Errorf("a control character is in %q", (got.out + got.err)[i:])
				}
			})
		}
	}
}

func TestTheFormatsSayTheSame(t *testing.T) {
	auditSights(t, s3Socket(t))
	type found struct{ bucket, severity, code, text string }
	var asJSON, asCSV []found
	lines := auditJSONLines(t, auditRun(t, "-o", "json").out)
	for _, l := range lines[:len(lines)-1] {
		for _, f := range l.Findings {
			asJSON = append(asJSON, found{l.Bucket, string(f.Severity), string(f.Code), f.Text})
		}
	}
	r := csv.NewReader(strings.NewReader(auditRun(t, "-o", "csv").out))
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(records[0], auditColumns) {
		t.Errorf("the header is %q", records[0])
	}
	for _, c := range records[1:] {
		asCSV = append(asCSV, found{c[0], c[5], c[6], c[8]})
	}
	if !slices.Equal(asJSON, asCSV) || len(asJSON) == 0 {
		t.Errorf("JSON has\n%q\nCSV has\n%q", asJSON, asCSV)
	}
	table := auditRun(t).out
	for _, f := range asJSON {
		if !strings.Contains(table, f.text) {
			t.Errorf("the table lacks %q", f.text)
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
			fake.Put("fusion-rms-healthy", auditReady(t, "healthy", "fusion-rms-healthy"))
		}, nil, statusOK, "examined: 1 healthy\n"},
		{"no buckets", func(*testing.T, *s3fake.Server) {}, nil, statusOK, "examined: 0 healthy\n"},
		{"findings", func(_ *testing.T, fake *s3fake.Server) { fake.Put("fusion-rms-bare", s3fake.Bucket{}) }, nil, statusAct, "1 with findings; 1 error, 0 warnings"},
		{"ignored ones", func(_ *testing.T, fake *s3fake.Server) { fake.Put("fusion-rms-bare", s3fake.Bucket{}) },
			[]string{"--ignore", "Drift", "--ignore", "OwnershipUnproved"}, statusOK, "OwnershipUnproved, ignored"},
		{"something hidden", func(t *testing.T, fake *s3fake.Server) {
			auditSights(t, fake)
			auditHidden(fake, "fusion-rms-healthy")
		}, nil, statusFailed, "orgbucket: audit: couldn't examine 1 bucket as a whole: AccessDenied (1)\n  These credentials lack, or the bucket's own policy denies: s3:GetBucketPolicy."},
		{"a list that is refused", func(_ *testing.T, fake *s3fake.Server) {
			fake.SetIdentity("operator", s3fake.Identity{Lacks: []string{"s3:ListAllMyBuckets"}})
		}, nil, statusFailed, "These credentials need s3:ListAllMyBuckets."},
		{"credentials that are over", func(_ *testing.T, fake *s3fake.Server) {
			fake.SetFault(s3fake.Always("", s3fake.Fault{Status: 400, Code: "ExpiredToken"}))
		}, nil, statusFailed, "Log in again"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fake := s3Socket(t)
			c.prepare(t, fake)
			got := auditRun(t, c.args...)
			if got.status != c.status || !strings.Contains(got.err, c.says) {
				t.Errorf("status %d, want %d; it said\n%s", got.status, c.status, got.err)
			}
			asJSON := auditRun(t, append(c.args, "-o", "json")...)
			lines := auditJSONLines(t, asJSON.out)
			if last := lines[len(lines)-1]; asJSON.status != c.status || last.ExitStatus != c.status || last.Complete != (last.Error == "") {
				t.Errorf("with JSON the status is %d, and the summary %+v", asJSON.status, last)
			}
		})
	}
}

func TestAnAuditThatIsCalledWrongly(t *testing.T) {
	fake := s3Socket(t)
	for _, c := range []struct {
		says string
		args []string
	}{
		{"--rate 0", []string{"--rate", "0"}},
		{"--rate -1", []string{"--rate", "-1"}},
		{"--rate NaN", []string{"--rate", "NaN"}},
		{"--rate 1001", []string{"--rate", "1001"}},
		{"--workers 0", []string{"--workers", "0"}},
		{"--workers 257", []string{"--workers", "257"}},
		{`--ignore "Nonsense" is no finding's code`, []string{"--ignore", "Nonsense"}},
		{"is no finding's code", []string{"--ignore", "AccessDenied"}}, // what couldn't be read is never fine
		{`--output "xml"`, []string{"-o", "xml"}},
		{"unknown command", []string{"xmsqa1"}},
		{"unknown flag", []string{"--fast"}},
	} {
		if got := commandLine(t, "", append([]string{"audit"}, c.args...)...); got.status != statusUsage || !strings.Contains(got.err, c.says) || got.out != "" {
			t.Errorf("%v: status %d, it said %q and wrote %q", c.args, got.status, got.err, got.out)
		}
	}
	if calls := fake.Calls(); len(calls) > 0 {
		t.Errorf("it asked S3 %v", calls)
	}
}

// It's stopped while the fifth bucket is examined.
func TestAnAuditThatIsStopped(t *testing.T) {
	for _, format := range []string{"table", "json", "csv"} {
		t.Run(format, func(t *testing.T) {
			fake := s3Socket(t)
			auditSights(t, fake)
			ctx, stop := context.WithCancel(t.Context())
			fake.SetFault(func(r s3fake.Request) *s3fake.Fault {
				if r.Bucket == "fusion-rms-given" {
					stop()
					return &s3fake.Fault{Hang: true}
				}
				return nil
			})
			got := commandLineIn(ctx, "", "audit", "--rate", "1000", "--workers", "1", "-o", format)
			if got.status != statusStopped || !strings.Contains(got.err, "audit: stopped: examined 4 of the ") || !strings.Contains(got.out, "fusion-rms-drifted") || strings.Contains(got.out, "fusion-rms-given") {
				t.Errorf("status %d\n%s\n%s", got.status, got.out, got.err)
			}
			if format == "json" {
				lines := auditJSONLines(t, got.out)
				if last := lines[len(lines)-1]; !last.Stopped || last.Complete || last.ExitStatus != statusStopped || last.RowsByStatus["notExamined"] != 0 {
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
	fake := s3Socket(t)
	auditSights(t, fake)
	for _, format := range []string{"table", "json", "csv"} {
		var errs strings.Builder
		a := newApp()
		a.out, a.err, a.errTerminal, a.outTerminal = &full{left: 500}, &errs, false, false
		if status := run(t.Context(), a, append(append([]string{}, fast...), "-o", format)); status != statusFailed || !strings.Contains(errs.String(), "write the ") {
			t.Errorf("%s: status %d, it said %s", format, status, errs.String())
		}
	}
}

func TestAProgressBarStaysOffTheResults(t *testing.T) {
	fake := s3Socket(t)
	auditSights(t, fake)
	var out, errs strings.Builder
	a := newApp()
	a.out, a.err, a.errTerminal = &out, &errs, true
	if status := run(t.Context(), a, append(append([]string{}, fast...), "-o", "json")); status != statusAct {
		t.Errorf("status %d", status)
	}
	auditJSONLines(t, out.String())
	if !strings.Contains(errs.String(), "buckets") {
		t.Errorf("no bar was drawn: %q", errs.String())
	}
}

func TestCellsThatWouldBeFormulasAreDefused(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\uff1d1": "'\uff1d1",
		"": "", "a=1": "a=1", "'=1": "'=1", `"=1"`: `"=1"`,
	} {
		if got := defused(text); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
	var out strings.Builder
	c := newAuditCSV(&out, &out)
	if err := c.row(audit.Row{Bucket: "=b", Findings: []audit.Finding{{Code: "Drift", Text: "\t=1\r\n@2,\"x\""}}}); err != nil {
		t.Fatal(err)
	}
	if want := strings.Join(auditColumns, ",") + "\r\n'=b,,,,,,Drift,,\"\\t=1\\r\\n@2,\\\"\"x\\\"\"\",,,\r\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestTheHelpNamesEveryFinding(t *testing.T) {
	got := commandLine(t, "", "audit", "--help")
	if got.status != statusOK {
		t.Errorf("status %d", got.status)
	}
	for _, code := range codeNames() {
		if !strings.Contains(got.out, "  "+code+" ") {
			t.Errorf("it lacks %s", code)
		}
	}
	for s := bufio.NewScanner(strings.NewReader(aboutAudit + auditCodes() + moreAboutAudit)); s.Scan(); {
		if len([]rune(s.Text())) > 110 {
			t.Errorf("a long line: %s", s.Text())
		}
	}
}

// Both names of an organization are looked at beside each other; at this rate the
// second look has to wait for minutes.
func TestTheRateHoldsForAllCalls(t *testing.T) {
	fake := s3Socket(t)
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
	got := commandLineIn(ctx, "", "audit", "--rate", "0.01")
	if got.status != statusStopped || calls.Load() != 1 || !strings.Contains(got.err, "audit: stopped: examined 0") {
		t.Errorf("status %d after %d calls; it said %s", got.status, calls.Load(), got.err)
	}
}
