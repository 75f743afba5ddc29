package main

import (
	"strings"
)

// The columns of the table in docs/aws-facts.md, after its first bar.
const (
	shownBy = 2
	verdict = 3
	seen    = 4
)

// contradicted is the verdict on a fact that AWS was seen not to keep to.
const contradicted = "**contradicted**"

// withVerdicts returns the table with the verdicts of a run: a fact is real if all that shows
// it held. Facts that the run didn't come to keep theirs.
func withVerdicts(table string, shown map[string]bool, date, region string) string {
	lines := strings.Split(table, "\n")
	for i, line := range lines {
		cells := strings.Split(line, " | ")
		if len(cells) != seen+1 {
			continue
		}
		played, held := 0, 0
		by := strings.Split(cells[shownBy], "; ")
		for _, name := range by {
			if ok, is := shown[name]; is {
				played++
				if ok {
					held++
				}
			}
		}
		switch {
		case played < len(by):
			continue
		case held == played:
			cells[verdict] = "real"
		default:
			cells[verdict] = contradicted
		}
		cells[seen] = date + ", " + region + " |"
		lines[i] = strings.Join(cells, " | ")
	}
	return strings.Join(lines, "\n")
}
