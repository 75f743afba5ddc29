package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
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

// writeFacts writes what AWS answered, and the verdicts of the facts. What another server
// answers is no fact about AWS.
func (r *run) writeFacts() error {
	if !r.real || r.facts == "" {
		r.notChecked("facts about AWS", "this server isn't AWS, so nothing is written")
		return nil
	}
	text, err := json.MarshalIndent(r.recording, "", "  ")
	if err != nil {
		return err
	}
	answers := func() error {
		return os.WriteFile(filepath.Join(r.facts, "aws-answers.json"), append(text, '\n'), 0o644)
	}
	if r.recording.Date == "" { // the run didn't come to them
		answers = func() error { return nil }
	}
	path := filepath.Join(r.facts, "aws-facts.md")
	table, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the facts: %w", err)
	}
	return errors.Join(answers(), os.WriteFile(path, []byte(withVerdicts(string(table), r.shown, time.Now().UTC().Format(time.DateOnly), r.region)), 0o644))
}
