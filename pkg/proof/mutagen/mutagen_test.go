package main

import (
	"io"
	"strings"
	"testing"
)

// TestWhatTheFixturesTestLeavesOutSurvives runs everything on a small module: what its
// test notices is killed, what it leaves out is named.
func TestWhatTheFixturesTestLeavesOutSurvives(t *testing.T) {
	r, err := measure("testdata/fixture", []string{"gate"}, nil, 1, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var report strings.Builder
	enough := r.print(&report, []string{"gate"})
	const want = `
package           mutants   killed  timed out  survived   share
gate                   14       10          0         4   71.4%
all                    14       10          0         4   71.4%

survived: gate/gate.go:20: condition dropped: |g.open && n > 0| → |g.open|
survived: gate/gate.go:20: condition dropped: |g.open && n > 0| → |n > 0|
survived: gate/gate.go:20: condition dropped: |g.open && n > 0| → |true|
survived: gate/gate.go:21: arguments swapped: |n, g.inside| → |g.inside, n|
`
	if got := strings.ReplaceAll(report.String(), "`", "|"); got != want || enough {
		t.Errorf("got (enough: %v)\n%s\nwant\n%s", enough, got, want)
	}
}

func TestEveryThirdMutantIsTaken(t *testing.T) {
	r := each(make([]mutant, 7), 3, func(i int) judgement { return killed }, io.Discard)
	if c := r.counts[""]; c == nil || c[killed] != 3 {
		t.Errorf("got %v, want 3 killed", c)
	}
}
