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
		cells = append(cells, []string{short(r.ID), cli.Dash(string(r.OrgID)), age(at, r.SentAt), string(r.Verdict), cli.Dash(string(r.Code)), cli.Dash(failed)})
		reasons = append(reasons, r.Reason+replayed(r.Replay))
	}
	var b strings.Builder
	widths := widthsOf(cells)
	for i, row := range cells {
		b.WriteString(d.Entry(widths, row, reasons[i], func(j int, cell string) string {
			if j == 3 && i > 0 {
				return d.paint(rows[i-1].Verdict, cell)
			}
			return cell
		}) + "\n")
	}
	return d.Show(b.String())
}

// replayed tells of a message's replays, behind its reason.
func replayed(s *deadletter.Stamp) string {
	if s == nil {
		return ""
	}
	return " (" + cli.Replayed(*s) + ")"
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
