package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

var updateDeadLetters = flag.Bool("update-dead-letters", false, "write the golden files of dead-letters anew")

func deadLettersGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *updateDeadLetters {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		t.Errorf("%s differs (go test -update-dead-letters writes it anew): %v\ngot:\n%s\nwant:\n%s", path, err, got, want)
	}
}

// terminal is an app whose input is what somebody types; without any it is no terminal.
func terminal(typed, output string) (*deadLetters, *bytes.Buffer, *bytes.Buffer) {
	var out, errOut bytes.Buffer
	a := &app{in: strings.NewReader(typed), out: &out, err: &errOut, inTerminal: typed != "", output: output}
	return &deadLetters{app: a, board: &board{}}, &out, &errOut
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// oneOfEach are dead letters with every verdict, and hostile texts.
func oneOfEach() []deadletter.Letter {
	letter := func(n int, age time.Duration, d diagnosis.Diagnosis) deadletter.Letter {
		return deadletter.Letter{Message: queue.Message{
			ID: fmt.Sprintf("%08x-1111-4222-8333-444444444444", n), SentAt: noon.Add(-age), ReceiveCount: n, Content: queue.Content{Body: "{}"},
		}, Diagnosis: d}
	}
	return []deadletter.Letter{
		letter(1, 90*time.Second, diagnosis.Diagnosis{OrgID: "xmsqa1", CorrelationID: "c-1", Verdict: diagnosis.WouldWork, Reason: "would create bucket fusion-rms-xmsqa1, as far as could be checked", Changes: bucket.Facets(), Unchecked: []string{"whether the user exists: needs iam:GetUser"}}),
		letter(7, 90*time.Minute, diagnosis.Diagnosis{OrgID: "xmsqa2", Verdict: diagnosis.Healthy, Reason: "bucket fusion-rms-xmsqa2 is as it shall be", Bucket: "fusion-rms-xmsqa2"}),
		letter(8, 30*time.Hour, diagnosis.Diagnosis{OrgID: "an-organization-with-a-long-name", Verdict: diagnosis.Blocked, Code: fault.ForeignPrincipalInvalid, Reason: "somebody's statement \"\x1b[31mred\" names a deleted user " + strings.Repeat("long ", 40), Hint: "Remove it.", Warnings: []string{"a\nb"}}),
		letter(9, 9*24*time.Hour, diagnosis.Diagnosis{Verdict: diagnosis.Never, Code: fault.MalformedMessage, Reason: "the body isn't JSON"}),
		letter(10, -time.Minute, diagnosis.Diagnosis{OrgID: "xmsqa3", Verdict: diagnosis.Unknown, Code: fault.AccessDenied, Reason: "needs s3:GetBucketTagging"}),
	}
}

func TestAListIsWrittenAsItCame(t *testing.T) {
	d, out, errOut := terminal("", "table")
	shown := newTally()
	for i, l := range oneOfEach() {
		if i == 0 {
			writeLetterHead(d.out)
		}
		shown.add(l.Diagnosis)
		writeLetter(d.out, l, noon)
	}
	looked := deadletter.Looked{Seen: 5, InFlight: 3, Unseen: 1, Unreleased: 2, Hold: 2 * time.Minute}
	d.looked(looked)
	fmt.Fprintln(d.out, summary(shown, looked))
	looked.Seen = 12
	fmt.Fprintln(d.out, summary(shown, looked))
	fmt.Fprintln(d.out, summary(newTally(), looked))
	fmt.Fprintln(d.out, summary(newTally(), deadletter.Looked{InFlight: 2}))
	deadLettersGolden(t, "dead-letters-list.txt", out.String()+errOut.String())
	if strings.Contains(out.String(), "\x1b") {
		t.Error("a control character reaches the terminal")
	}
}

func TestAListInJSONHasEverythingAndAnEnd(t *testing.T) {
	d, out, _ := terminal("", "json")
	shown := newTally()
	for _, l := range oneOfEach() {
		shown.add(l.Diagnosis)
		if err := jsonLine(d.out, newLetterLine(l, noon)); err != nil {
			t.Fatal(err)
		}
	}
	if err := jsonLine(d.out, newSummaryLine(shown, deadletter.Looked{Seen: 5, InFlight: 3})); err != nil {
		t.Fatal(err)
	}
	deadLettersGolden(t, "dead-letters-list.json", out.String())
}

func TestAMessageIsShownInFull(t *testing.T) {
	l := oneOfEach()[2]
	l.Content = queuetest.Rich("{\"orgId\":\n\t\"é\x1b[31m\xff\u2028\ufffd\"}\r\n")
	d, out, _ := terminal("", "table")
	if err := d.write(l, noon); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\r") || strings.Contains(out.String(), "\xff") {
		t.Error("a control character reaches the terminal")
	}
	deadLettersGolden(t, "dead-letters-inspect.txt", out.String())
	out.Reset()
	if err := jsonLine(out, newInspection(l, noon)); err != nil {
		t.Fatal(err)
	}
	deadLettersGolden(t, "dead-letters-inspect.json", out.String())
}

func TestAReportSaysWhereItStood(t *testing.T) {
	some := func(n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprint("id-", i))
		}
		return all
	}
	report := deadletter.Report{Chosen: 80, Moved: 20, Twice: some(2), Missing: some(22)}
	for _, id := range some(21) {
		report.Failed = append(report.Failed, deadletter.Failure{ID: id, Err: errors.New("SQS refuses it: \x1b[31m")})
	}
	var text strings.Builder
	for _, output := range []string{"table", "json"} {
		d, out, errOut := terminal("", output)
		if status := d.tellReport(newMoveSummary("replaySummary", report), "replayed", "the dead-letter queue", time.Now()); status != statusAct {
			t.Errorf("status %d", status)
		}
		text.WriteString(out.String() + errOut.String())
	}
	d, out, errOut := terminal("", "table")
	if status := d.tellReport(newMoveSummary("replaySummary", deadletter.Report{Chosen: 1, Moved: 1}), "archived", "the dead-letter queue", time.Now()); status != statusOK {
		t.Errorf("status %d", status)
	}
	text.WriteString(out.String() + errOut.String())
	deadLettersGolden(t, "dead-letters-report.txt", text.String())
}

func TestNothingIsMovedWithoutAgreement(t *testing.T) {
	plan := plannedMove{Type: "plan", Messages: 3, To: "q", Seconds: 1.5, sentence: "Would replay 3 messages to q."}
	for name, c := range map[string]struct {
		typed, output string
		g             agreement
		agreed        bool
		status        int
		says          string
	}{
		"yes is typed":            {"y\n", "table", agreement{}, true, statusOK, "Would replay 3 messages to q.\nDo it? [y/N] "},
		"no is typed":             {"n\n", "table", agreement{}, false, statusFailed, "Do it?"},
		"nothing is typed":        {"\n", "table", agreement{}, false, statusFailed, "Do it?"},
		"there's no terminal":     {"", "table", agreement{}, false, statusUsage, "Would replay"},
		"--yes":                   {"", "table", agreement{yes: true}, true, statusOK, "Would replay"},
		"--dry-run":               {"y\n", "table", agreement{dryRun: true}, false, statusOK, "Would replay"},
		"--dry-run goes first":    {"", "table", agreement{yes: true, dryRun: true}, false, statusOK, "Would replay"},
		"--dry-run in JSON":       {"", "json", agreement{dryRun: true}, false, statusOK, `{"type":"plan","messages":3,"to":"q","seconds":1.5}`},
		"--yes in JSON is silent": {"", "json", agreement{yes: true}, true, statusOK, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, out, errOut := terminal(c.typed, c.output)
			agreed, err := d.agree(t.Context(), c.g, plan, "replayed")
			if agreed != c.agreed || statusOf(err) != c.status || !strings.Contains(errOut.String()+out.String(), c.says) {
				t.Errorf("agreed: %t, %v\n%s%s", agreed, err, out, errOut)
			}
			before := d.canAsk(c.g)
			if refused := statusOf(before) == statusUsage; refused != (c.status == statusUsage) {
				t.Errorf("before looking: %v", before)
			}
		})
	}
	plan.Messages = 0
	d, _, _ := terminal("y\n", "table")
	if agreed, err := d.agree(t.Context(), agreement{}, plan, "replayed"); agreed || err != nil {
		t.Errorf("with nothing to do: %t, %v", agreed, err)
	}
}

func TestAnAgeMayBeGivenInDays(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "12h": 12 * time.Hour, "3d": 72 * time.Hour, "1d12h": 36 * time.Hour, "0d5s": 5 * time.Second,
		"": 0, "3": 0, "d": 0, "-1d": 0, "0d": 0, "0s": 0, "-5h": 0, "1.5d": 0, "3days": 0, "99999d": 0, "1d1d": 0,
	} {
		var a age
		if err := a.Set(text); time.Duration(a) != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %s, %v", text, time.Duration(a), err)
		}
	}
}

func TestWrongConditionsSayHowTheyAreRight(t *testing.T) {
	for line, says := range map[string]string{
		"replay":                           "--all every one",
		"archive":                          "--all every one",
		"replay --all --org xmsqa1":        "exclude each other",
		"list --code clientusernotfound":   "ClientUserNotFound, ",
		"list --org Xmsqa1":                "upper-case",
		"list --id abc":                    "first 6 characters",
		"list --older-than 3":              "1d12h",
		"list --all":                       "--all",
		"replay --all --rate -1":           "--rate",
		"replay --all --follow-timeout 0s": "--follow-timeout",
		"inspect abc":                      "first 6 characters",
		"inspect":                          "1 arg",
	} {
		got := commandLine(t, "", append([]string{"dead-letters"}, strings.Fields(line)...)...)
		if got.status != statusUsage || !strings.Contains(got.err, says) {
			t.Errorf("%s: status %d\n%s", line, got.status, got.err)
		}
	}
}

func TestAnArchivesNameHasStageAndTime(t *testing.T) {
	for stage, want := range map[string]string{"prod": "orgbucket-dead-letters-prod-20261123T120000Z.jsonl", "": "orgbucket-dead-letters-20261123T120000Z.jsonl"} {
		if got := archiveName(stage, noon); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAStoppedMoveSaysWhereItStood(t *testing.T) {
	sum := newMoveSummary("replaySummary", deadletter.Report{Chosen: 10, Moved: 4, Failed: []deadletter.Failure{{ID: "a", Err: errors.New("x")}}})
	err := stoppedMoving(fmt.Errorf("wait: %w", context.Canceled), sum, "replayed")
	if statusOf(err) != statusStopped || err.Error() != "stopped: 4 of 10 messages replayed, 6 remain" {
		t.Errorf("got %v", err)
	}
	if err := stoppedMoving(errors.New("boom"), sum, "replayed"); statusOf(err) != statusFailed || err.Error() != "boom" {
		t.Errorf("got %v", err)
	}
}

func TestAnEmptyConditionIsNoneOfNoConditions(t *testing.T) {
	for _, args := range []string{"--org=", "--id=", "--code=", "--org= --would-work", "--id= --older-than=1h", "--code= --all"} {
		for _, command := range []string{"list", "archive --yes", "replay --yes"} {
			s3Socket(t)
			line := append([]string{"dead-letters"}, strings.Fields(command+" "+args)...)
			if strings.HasPrefix(command, "list") && strings.Contains(args, "--all") {
				continue // list has no --all
			}
			if got := commandLine(t, "", line...); got.status != statusUsage || strings.Contains(got.err, "missing") {
				t.Errorf("%v: status %d, said: %s", line, got.status, got.err)
			}
		}
	}
}

func TestAResultThatCannotBeWrittenIsAFailure(t *testing.T) {
	d := &deadLetters{app: &app{out: brokenWriter{}, err: &bytes.Buffer{}, output: "json"}, board: &board{}}
	d.tellMoved("replayed", []deadletter.Moved{{ID: "a"}})
	if status := d.tellReport(newMoveSummary("replaySummary", deadletter.Report{Chosen: 1, Moved: 1}), "replayed", "the dead-letter queue", time.Now()); status != statusFailed {
		t.Errorf("status %d", status)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAnErrorIsSafeToShow(t *testing.T) {
	var said bytes.Buffer
	(&app{err: &said}).complain(errors.New("read \x1b[2J\nand more"))
	if got := said.String(); got != "orgbucket: read \\x1b[2J\nand more\n" {
		t.Errorf("said %q", got)
	}
}

func TestWhatCouldNotBeDiagnosedIsToldWhereTheDiagnosisChooses(t *testing.T) {
	for name, test := range map[string]struct {
		diagnosed diagnosis.Diagnosis
		want      int
	}{
		"unknown":                        {diagnosis.Diagnosis{Verdict: diagnosis.Unknown, Reason: "S3 is down"}, 1},
		"known":                          {diagnosis.Diagnosis{Verdict: diagnosis.Blocked, Code: fault.ClientUserNotFound}, 0},
		"not meant whatever the verdict": {diagnosis.Diagnosis{}, 0},
	} {
		d, shown := &deadLetters{app: &app{out: &bytes.Buffer{}, err: &bytes.Buffer{}}, board: &board{}}, newTally()
		if err := d.show(deadletter.Letter{Diagnosis: test.diagnosed}, shown, nil); err != nil || shown.all != 0 || shown.undiagnosed != test.want {
			t.Errorf("%s: %d undiagnosed, %d shown, %v", name, shown.undiagnosed, shown.all, err)
		}
	}
}
