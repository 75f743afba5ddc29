package deadletters

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
	"github.com/fusionpos/orgbucket/pkg/fake/queuetest"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
)

var tool = clitest.Tool(NewCommand)

// terminal is an app whose input is what somebody types; without any it is no terminal.
func terminal(typed, output string) (*command, *bytes.Buffer, *bytes.Buffer) {
	var out, errOut bytes.Buffer
	d := newCall(&cli.App{In: strings.NewReader(typed), Out: &out, Err: &errOut, InTerminal: typed != "", Output: output})
	return &d, &out, &errOut
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
		letter(1, 90*time.Second, diagnosis.Diagnosis{OrgID: "xmsqa1", CorrelationID: "c-1", Verdict: diagnosis.WouldWork, Reason: "would create bucket fusion-rms-xmsqa1, as far as could be checked", Changes: bucket.Facets(), Unchecked: []diagnosis.Unchecked{{Question: "whether the user exists", Why: "needs iam:GetUser"}}}),
		letter(7, 90*time.Minute, diagnosis.Diagnosis{OrgID: "xmsqa2", Verdict: diagnosis.Healthy, Reason: "bucket fusion-rms-xmsqa2 is as it shall be", Bucket: "fusion-rms-xmsqa2"}),
		letter(8, 30*time.Hour, diagnosis.Diagnosis{OrgID: "an-organization-with-a-long-name", Verdict: diagnosis.Blocked, Code: fault.ForeignPrincipalInvalid, Reason: "somebody's statement \"\x1b[31mred\" names a deleted user " + strings.Repeat("long ", 40), Hint: "Remove it.", Warnings: []fault.Warning{{Text: "a\nb"}}}),
		letter(9, 9*24*time.Hour, diagnosis.Diagnosis{Verdict: diagnosis.Never, Code: fault.MalformedMessage, Reason: "the body isn't JSON"}),
		letter(10, -time.Minute, diagnosis.Diagnosis{OrgID: "xmsqa3", Verdict: diagnosis.Unknown, Code: fault.AccessDenied, Reason: "needs s3:GetBucketTagging"}),
	}
}

// told is how the first letter failed in the end.
var told = functionlog.Record{At: noon.Add(-time.Minute), MessageID: "00000001-1111-4222-8333-444444444444", OrgID: "xmsqa1", ReceiveCount: 5, Status: "failed", Code: fault.AccessDenied, Step: "policy", Error: "put policy: \x1b[31mdenied"}

// seen is a view of one of each kind, and of a second one that would work.
func seen(rows bool) *view {
	v := &view{rows: rows, shown: newTally(), failures: map[string]functionlog.Record{told.MessageID: told}, logIsRead: true}
	letters := oneOfEach()
	second := letters[0]
	second.ID, second.SentAt = "0000000b-1111-4222-8333-444444444444", noon.Add(-3*time.Hour)
	for _, l := range append(letters, second) {
		v.shown.add(newLetterLine(l, v.failures[l.ID], time.Now()))
		v.kept = append(v.kept, newLetterLine(l, v.failures[l.ID], noon))
	}
	return v
}

func inProd(line string) string { return "orgbucket " + line + " --stage prod" }

func TestAListIsGrouped(t *testing.T) {
	for name, width := range map[string]int{"groups": 0, "groups-80": 80, "groups-200": 200} {
		d, out, errOut := terminal("", "table")
		d.Width, d.ErrWidth = width, width
		v := seen(false)
		if err := d.writeGroups(v.shown, inProd, false, true, noon); err != nil {
			t.Fatal(err)
		}
		looked := deadletter.Looked{Seen: 6, InFlight: 3, Unseen: 1, Unreleased: 2, Hold: 2 * time.Minute}
		d.reportLooked(looked)
		for _, seen := range []int{6, 12} {
			looked.Seen = seen
			fmt.Fprintln(d.Out, d.Wrap("", summaryText(deadletter.Selection{}, v.shown, looked)))
		}
		fmt.Fprintln(d.Out, summaryText(deadletter.Selection{}, newTally(), looked))
		fmt.Fprintln(d.Out, summaryText(deadletter.Selection{}, newTally(), deadletter.Looked{InFlight: 2}))
		clitest.Golden(t, "dead-letters-"+name+".txt", out.String()+errOut.String())
		asWide(t, out.String(), width)
	}
}

// asWide checks that no line is wider than a terminal, unless it's a single word, or a
// command to paste.
func asWide(t *testing.T, text string, width int) {
	t.Helper()
	if strings.Contains(text, "\x1b") {
		t.Error("a control character reaches the terminal")
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		if width > 0 && len([]rune(line)) > width && strings.Contains(strings.TrimSpace(line), " ") && !strings.HasPrefix(line, "  orgbucket ") {
			t.Errorf("%d columns: %q", len([]rune(line)), line)
		}
	}
}

func TestRowsAreAsWideAsTheTerminal(t *testing.T) {
	for name, width := range map[string]int{"rows": 0, "rows-80": 80, "rows-200": 200} {
		d, out, _ := terminal("", "table")
		d.Width, d.ErrWidth = width, width
		if err := d.writeRows(sortRows(seen(true).kept, 0), noon); err != nil {
			t.Fatal(err)
		}
		clitest.Golden(t, "dead-letters-"+name+".txt", out.String())
		asWide(t, out.String(), width)
	}
}

func TestTheNewestComeFirst(t *testing.T) {
	rows := sortRows(seen(true).kept, 2)
	if len(rows) != 2 || rows[0].OrgID != "xmsqa3" || rows[1].OrgID != "xmsqa1" {
		t.Errorf("got %+v", rows)
	}
}

func TestColorsAreForTerminals(t *testing.T) {
	d, out, _ := terminal("", "table")
	d.Colors = true
	if err := d.writeGroups(seen(false).shown, inProd, false, true, noon); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\x1b[32mwould-work\x1b[0m", "\x1b[31mblocked\x1b[0m", "\x1b[33munknown\x1b[0m"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q isn't in %q", want, out.String())
		}
	}
}

func TestAListInJSONHasEverythingAndAnEnd(t *testing.T) {
	d, out, _ := terminal("", "json")
	v := seen(false)
	for _, l := range v.kept {
		if err := cli.JSONLine(d.Out, l); err != nil {
			t.Fatal(err)
		}
	}
	if err := cli.JSONLine(d.Out, newSummaryLine(v.shown, deadletter.Looked{Seen: 6, InFlight: 3}, inProd)); err != nil {
		t.Fatal(err)
	}
	clitest.Golden(t, "dead-letters-list.json", out.String())
}

func TestAMessageIsShownInFull(t *testing.T) {
	l := oneOfEach()[2]
	l.Content = queuetest.Rich("{\"orgId\":\n\t\"é\x1b[31m\xff\u2028\ufffd\"}\r\n")
	d, out, _ := terminal("", "table")
	i := newInspection(l, told, noon)
	if err := d.write(l, i); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\r") || strings.Contains(out.String(), "\xff") {
		t.Error("a control character reaches the terminal")
	}
	clitest.Golden(t, "dead-letters-inspect.txt", out.String())
	out.Reset()
	if err := cli.JSONLine(out, i); err != nil {
		t.Fatal(err)
	}
	clitest.Golden(t, "dead-letters-inspect.json", out.String())
}

// replayingAt is a replay at a terminal.
func replayingAt(typed, output string) (*mover, *bytes.Buffer, *bytes.Buffer) {
	d, out, errOut := terminal(typed, output)
	return &mover{command: *d, verb: "replay", done: "replayed"}, out, errOut
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
		m, out, errOut := replayingAt("", output)
		if status := m.reportMove(report, 0); status != cli.StatusAct {
			t.Errorf("status %d", status)
		}
		text.WriteString(out.String() + errOut.String())
	}
	m, out, errOut := replayingAt("", "table")
	if status := m.reportMove(deadletter.Report{Chosen: 1, Moved: 1}, 0); status != cli.StatusOK {
		t.Errorf("status %d", status)
	}
	text.WriteString(out.String() + errOut.String())
	clitest.Golden(t, "dead-letters-report.txt", text.String())
}

func TestNothingIsMovedWithoutAgreement(t *testing.T) {
	plan := plannedMove{Type: "plan", Messages: 3, To: "q", Seconds: 1.5}
	const sentence = "replay 3 messages to q"
	for name, c := range map[string]struct {
		typed, output string
		g             cli.Agreement
		agreed        bool
		status        int
		says          string
	}{
		"yes is typed":            {"y\n", "table", cli.Agreement{}, true, cli.StatusOK, "Replay 3 messages to q? [y/N] "},
		"no is typed":             {"n\n", "table", cli.Agreement{}, false, cli.StatusFailed, "Replay 3"},
		"nothing is typed":        {"\n", "table", cli.Agreement{}, false, cli.StatusFailed, "Replay 3"},
		"there's no terminal":     {"", "table", cli.Agreement{}, false, cli.StatusUsage, ""},
		"--yes":                   {"", "table", cli.Agreement{Yes: true}, true, cli.StatusOK, ""},
		"--dry-run":               {"y\n", "table", cli.Agreement{DryRun: true}, false, cli.StatusOK, "Would replay"},
		"--dry-run goes first":    {"", "table", cli.Agreement{Yes: true, DryRun: true}, false, cli.StatusOK, "Would replay"},
		"--dry-run in JSON":       {"", "json", cli.Agreement{DryRun: true}, false, cli.StatusOK, `{"type":"plan","messages":3,"to":"q","seconds":1.5}`},
		"--yes in JSON is silent": {"", "json", cli.Agreement{Yes: true}, true, cli.StatusOK, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, out, errOut := replayingAt(c.typed, c.output)
			m.Agreement = c.g
			agreed, err := m.agree(t.Context(), plan, sentence)
			if agreed != c.agreed || cli.StatusOf(err) != c.status || !strings.Contains(errOut.String()+out.String(), c.says) {
				t.Errorf("agreed: %t, %v\n%s%s", agreed, err, out, errOut)
			}
			before := c.g.Check(m.App)
			if refused := cli.StatusOf(before) == cli.StatusUsage; refused != (c.status == cli.StatusUsage) {
				t.Errorf("before looking: %v", before)
			}
		})
	}
	plan.Messages = 0
	m, _, said := replayingAt("y\n", "table")
	if agreed, err := m.agree(t.Context(), plan, sentence); agreed || err != nil || said.String() != "There is nothing to replay.\n" {
		t.Errorf("with nothing to do: %t, %v, said %q", agreed, err, said)
	}
}

func TestAnAgeMayBeGivenInDays(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "12h": 12 * time.Hour, "3d": 72 * time.Hour, "1d12h": 36 * time.Hour, "0d5s": 5 * time.Second,
		"": 0, "3": 0, "d": 0, "-1d": 0, "0d": 0, "0s": 0, "-5h": 0, "1.5d": 0, "3days": 0, "99999d": 0, "1d1d": 0,
	} {
		var a cli.Age
		if err := a.Set(text); time.Duration(a) != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %s, %v", text, time.Duration(a), err)
		}
	}
}

func TestWrongConditionsSayHowTheyAreRight(t *testing.T) {
	for line, says := range map[string]string{
		"replay":                    "--all for every message",
		"archive":                   "--all for every message",
		"replay --all --org xmsqa1": "exclude each other",
		"list --code clientuser":    "did you mean ClientUserNotFound?",
		"list --verdict works":      "would-work, healthy",
		"list --limit -1":           "--limit",
		"list --org Xmsqa1":         "upper-case",
		"list --id abc":             "first 6 characters",
		"list --older-than 3":       "1d12h",
		"list --all":                "--all",
		"replay --all --rate -1":    "--rate",
		"inspect Abc":               "first 6 characters",
		"inspect":                   "dead-letters inspect ID|ORG",
	} {
		got := tool.Run(t, "", append([]string{"dead-letters"}, strings.Fields(line)...)...)
		if got.Status != cli.StatusUsage || !strings.Contains(got.Err, says) {
			t.Errorf("%s: status %d\n%s", line, got.Status, got.Err)
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
	m, _, _ := replayingAt("", "table")
	report := deadletter.Report{Chosen: 10, Moved: 4, Failed: []deadletter.Failure{{ID: "a", Err: errors.New("x")}}}
	err := m.stopped(fmt.Errorf("wait: %w", context.Canceled), report)
	if cli.StatusOf(err) != cli.StatusStopped || err.Error() != "stopped: 4 of 10 messages replayed, 6 remain" {
		t.Errorf("got %v", err)
	}
	if err := m.stopped(errors.New("boom"), report); cli.StatusOf(err) != cli.StatusFailed || err.Error() != "boom" {
		t.Errorf("got %v", err)
	}
}

func TestAnEmptyConditionIsNoneOfNoConditions(t *testing.T) {
	for _, args := range []string{"--org=", "--id=", "--code=", "--org= --would-work", "--id= --older-than=1h", "--code= --all"} {
		for _, command := range []string{"list", "archive --yes", "replay --yes"} {
			clitest.S3(t)
			line := append([]string{"dead-letters"}, strings.Fields(command+" "+args)...)
			if strings.HasPrefix(command, "list") && strings.Contains(args, "--all") {
				continue // list has no --all
			}
			if got := tool.Run(t, "", line...); got.Status != cli.StatusUsage || strings.Contains(got.Err, "missing") {
				t.Errorf("%v: status %d, said: %s", line, got.Status, got.Err)
			}
		}
	}
}

func TestAResultThatCannotBeWrittenIsAFailure(t *testing.T) {
	m := &mover{command: newCall(&cli.App{Out: brokenWriter{}, Err: &bytes.Buffer{}, Output: "json"}), verb: "replay", done: "replayed"}
	m.reportMoved([]deadletter.Moved{{ID: "a"}})
	if status := m.reportMove(deadletter.Report{Chosen: 1, Moved: 1}, 0); status != cli.StatusFailed {
		t.Errorf("status %d", status)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestWhatCouldNotBeDiagnosedIsToldWhereTheDiagnosisChooses(t *testing.T) {
	for name, test := range map[string]struct {
		diagnosed diagnosis.Diagnosis
		want      int
	}{
		"unknown":                        {diagnosis.Diagnosis{Verdict: diagnosis.Unknown, Reason: "S3 is down"}, 1},
		"known":                          {diagnosis.Diagnosis{Verdict: diagnosis.Blocked, Code: fault.ClientUserNotFound}, 0},
		"not meant whatever the verdict": {diagnosis.Diagnosis{}, 0},
	} {
		d, shown := newCall(&cli.App{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}), newTally()
		if err := d.show(deadletter.Letter{Diagnosis: test.diagnosed}, &view{shown: shown}, nil); err != nil || shown.all != 0 || shown.undiagnosed != test.want {
			t.Errorf("%s: %d undiagnosed, %d shown, %v", name, shown.undiagnosed, shown.all, err)
		}
	}
}
