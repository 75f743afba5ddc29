package deadletters

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

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
