package deadletters

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// letterLine is a dead letter in JSON. The diagnosis's fields are among its own.
type letterLine struct {
	Type         string    `json:"type"`
	ID           string    `json:"id"`
	SentAt       time.Time `json:"sentAt"`
	AgeSeconds   int64     `json:"ageSeconds"`
	ReceiveCount int       `json:"receiveCount"`
	Bytes        int       `json:"bytes"`
	diagnosis.Diagnosis
	// LastFailure is how it failed in the end, if the function's log has it.
	LastFailure *functionlog.Record `json:"lastFailure,omitempty"`
	// Replay tells of its replays, if it was replayed.
	Replay *deadletter.Stamp `json:"replay,omitempty"`
}

func newLetterLine(l deadletter.Letter, last functionlog.Record, at time.Time) letterLine {
	line := letterLine{"deadLetter", l.ID, l.SentAt, int64(at.Sub(l.SentAt) / time.Second), l.ReceiveCount, l.Size(), l.Diagnosis, nil, nil}
	if last.Failed() {
		line.LastFailure = &last
	}
	if s := deadletter.StampOf(l.Content); s.Count > 0 {
		line.Replay = &s
	}
	return line
}

// sortRows puts the newest first and returns as many as are wanted, all if that is 0.
func sortRows(rows []letterLine, limit int) []letterLine {
	slices.SortFunc(rows, func(a, b letterLine) int { return cmp.Or(b.SentAt.Compare(a.SentAt), cmp.Compare(a.ID, b.ID)) })
	if limit > 0 {
		rows = rows[:min(limit, len(rows))]
	}
	return rows
}

// leastReason is how many columns a reason needs beside the other cells; with fewer it is
// below them.
const leastReason = 40

// writeRows writes a row for each message, as wide as the terminal is.
func (d *command) writeRows(rows []letterLine, at time.Time) error {
	if len(rows) == 0 {
		return nil
	}
	cells := [][]string{{"ID", "ORGANIZATION", "AGE", "VERDICT", "CODE", "FAILED WITH"}}
	reasons := []string{"REASON"}
	for _, r := range rows {
		failed := ""
		if r.LastFailure != nil {
			failed = string(r.LastFailure.Code)
		}
		cells = append(cells, []string{short(r.ID), string(r.OrgID), age(at, r.SentAt), string(r.Verdict), string(r.Code), failed})
		reasons = append(reasons, r.Reason+replayed(r.Replay))
	}
	var b strings.Builder
	widths := widthsOf(cells)
	for i, row := range cells {
		var line strings.Builder
		for j, cell := range row {
			text := fmt.Sprintf("%-*s", widths[j], safetext.Line(cli.Dash(cell), 0))
			if j == 3 && i > 0 {
				text = d.paint(rows[i-1].Verdict, text)
			}
			line.WriteString(text + "  ")
		}
		reason := d.reason(widths, safetext.Line(reasons[i], 0))
		if strings.HasPrefix(reason, "\n") {
			b.WriteString(strings.TrimRight(line.String(), " ") + reason + "\n")
		} else {
			b.WriteString(line.String() + reason + "\n")
		}
	}
	_, err := fmt.Fprint(d.Out, b.String())
	return err
}

// replayed tells of a message's replays, behind its reason.
func replayed(s *deadletter.Stamp) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf(" (replayed %s, last on %s by %s)", cli.Count(s.Count, "time"), s.At.Format(time.DateOnly), cli.Dash(s.By))
}

// reason is a reason beside the other cells, or in lines below them.
func (d *command) reason(widths []int, text string) string {
	left := 0
	for _, w := range widths {
		left += w + 2
	}
	switch beside := strings.Repeat(" ", left); {
	case d.Width == 0:
		return text
	case left+leastReason <= d.Width:
		return strings.TrimPrefix(d.Wrap(beside, text), beside)
	}
	return "\n" + d.Wrap("    ", text)
}

func widthsOf(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for j, cell := range row {
			widths[j] = max(widths[j], len([]rune(safetext.Line(cell, 0))), 1)
		}
	}
	return widths
}

// paint colors a text by a verdict.
func (d *command) paint(v diagnosis.Verdict, text string) string {
	switch v {
	case diagnosis.WouldWork, diagnosis.Healthy:
		return d.Paint(cli.Green, text)
	case diagnosis.Blocked, diagnosis.Never:
		return d.Paint(cli.Red, text)
	}
	return d.Paint(cli.Yellow, text)
}

// age returns the time since then in one unit.
func age(at, then time.Time) string {
	if then.IsZero() {
		return "-"
	}
	switch d := at.Sub(then); {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%dm", d/time.Minute)
	default:
		return fmt.Sprintf("%ds", max(d, 0)/time.Second)
	}
}

// summaryLine is the last line of a list in JSON. A list without it is incomplete.
type summaryLine struct {
	Type     string `json:"type"`
	Shown    int    `json:"shown"`
	Seen     int    `json:"seen"`
	InFlight int    `json:"inFlight"`
	Unseen   int    `json:"unseen"`
	// Undiagnosed may match the conditions, too: their diagnosis failed.
	Undiagnosed int                       `json:"undiagnosed"`
	Verdicts    map[diagnosis.Verdict]int `json:"verdicts"`
	Codes       map[fault.Code]int        `json:"codes"`
	// Unchecked counts messages by the question that couldn't be asked of them.
	Unchecked map[string]int `json:"unchecked,omitempty"`
	Groups    []groupLine    `json:"groups"`
}

// groupLine is the messages of one verdict and code.
type groupLine struct {
	Verdict diagnosis.Verdict  `json:"verdict"`
	Code    fault.Code         `json:"code,omitempty"`
	Count   int                `json:"count"`
	Oldest  *time.Time         `json:"oldest,omitempty"`
	Hint    string             `json:"hint,omitempty"`
	Next    string             `json:"next"` // the command line that comes next
	Failed  map[fault.Code]int `json:"lastFailures,omitempty"`
}

func newSummaryLine(t *tally, l deadletter.Looked, command func(string) string) summaryLine {
	s := summaryLine{"deadLetterSummary", t.all, l.Seen, l.InFlight, l.Unseen, t.undiagnosed, map[diagnosis.Verdict]int{}, map[fault.Code]int{}, t.unchecked, []groupLine{}}
	for _, g := range t.sorted() {
		s.Verdicts[g.verdict] += g.n
		if g.code != "" {
			s.Codes[g.code] += g.n
		}
		line := groupLine{Verdict: g.verdict, Code: g.code, Count: g.n, Hint: g.hint, Next: command(g.next())}
		if !g.oldest.IsZero() {
			line.Oldest = &g.oldest
		}
		for f, n := range g.failures {
			if f.code != "" {
				if line.Failed == nil {
					line.Failed = map[fault.Code]int{}
				}
				line.Failed[f.code] += n
			}
		}
		s.Groups = append(s.Groups, line)
	}
	return s
}
