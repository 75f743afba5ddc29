package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
	"github.com/fusionpos/orgbucket/infra/local/compiled"
)

// newBench compiles the contestants and starts the server.
func newBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	_, err := compiled.Function(filepath.Join(dir, function))
	for _, name := range []string{floor, sequential} {
		if err == nil {
			_, err = compiled.Contestant(filepath.Join(dir, name), name)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	aws, err := endpoint.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := aws.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{aws: aws, host: dir, arm64: dir}
}

// TestEveryContestantMakesTheCallsThatItIsSaidTo runs the compiled contestants.
// There is a delay, since calls that overlap are told from calls that follow each
// other only if they take a while.
func TestEveryContestantMakesTheCallsThatItIsSaidTo(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		name, contestant    string
		calls, deep, writes float64 // calls of 0: any number
	}{
		{firstRun, floor, 5, 4, 8},
		{firstRun, sequential, 6, 6, 10},
		{firstRun, function, 0, 5, 10},
		{replay, function, 0, 3, 0},
		{alternative, function, 0, 6, 12},
	} {
		t.Run(c.name+" of "+c.contestant, func(t *testing.T) {
			v := b.leastDeep(t, testCase{name: c.name, organizations: 2, delay: delay}, c.contestant, c.deep)
			if c.calls > 0 && v[calls] != c.calls || v[deep] > c.deep || v[writes] != c.writes {
				t.Errorf("%v, want %v calls, %v deep, %v writes", v, c.calls, c.deep, c.writes)
			}
			if v[start] <= 0 || v[memory] <= 0 || v[wall] < c.deep*ms(delay) {
				t.Errorf("%v for %v calls of %s one after the other", v, c.deep, delay)
			}
		})
	}
	t.Run("the others do the whole job", func(t *testing.T) {
		// The function finds nothing to do but its claims: their fewer calls aren't fewer because something is missing.
		for _, contestant := range []string{floor, sequential} {
			setup := endpoint.Setup{Organizations: organizations(2)}
			if _, err := b.batch(t.Context(), setup, contestant); err != nil {
				t.Fatal(err)
			}
			setup.Keep = true
			if v, err := b.batch(t.Context(), setup, function); err != nil || v[writes] != 2 {
				t.Errorf("after %s: %v, %v", contestant, v, err)
			}
		}
	})
	t.Run("a contestant that isn't there", func(t *testing.T) {
		if _, err := b.run(t.Context(), testCase{name: firstRun, contestants: []string{"nosuch"}, repetitions: 1}); err == nil || !strings.Contains(err.Error(), "first run of nosuch") {
			t.Errorf("got %v", err)
		}
	})
}

// leastDeep repeats a case until it is as little deep as it must be, at most five
// times: on a busy machine a call may begin late, and then follow one that it
// doesn't wait for.
func (b *bench) leastDeep(t *testing.T, c testCase, contestant string, want float64) (v values) {
	t.Helper()
	for range 5 {
		var err error
		if v, err = b.measure(t.Context(), c, contestant); err != nil {
			t.Fatal(err)
		}
		if v[deep] <= want {
			break
		}
	}
	return v
}

func TestCasesAreChosenByName(t *testing.T) {
	for pattern, want := range map[string]int{"": len(cases), "^replay$": 1, "first|cold": 3, "nosuch": 0} {
		o := options{only: regexp.MustCompile(pattern), quick: true}
		if chosen := o.chosen(); len(chosen) != want {
			t.Errorf("%q chooses %d cases, want %d", pattern, len(chosen), want)
		}
	}
	if _, err := (&options{only: regexp.MustCompile("nosuch")}).benchmark(t.Context()); err == nil || !strings.Contains(err.Error(), `"nosuch"`) {
		t.Errorf("no case: %v", err)
	}
}

// TestRatiosAreTakenRepetitionByRepetition has the machine slow in the second one.
func TestRatiosAreTakenRepetitionByRepetition(t *testing.T) {
	c := testCase{name: firstRun, organizations: 1, delay: delay, contestants: []string{floor, function}}
	rows := sumUp(c, []run{
		{floor: {wall: 100, deep: 4}, function: {wall: 120, deep: 6}},
		{floor: {wall: 1000, deep: 4}, function: {wall: 1200, deep: 5}},
		{floor: {wall: 100, deep: 4}, function: {wall: 110, deep: 7}},
	})
	if len(rows) != 2 || rows[1].toFloor[wall] != 1.2 || rows[1].values[wall] != 120 || rows[1].values[deep] != 5 || len(rows[0].toFloor) != 0 {
		t.Errorf("got %+v", rows)
	}
}

func TestBoundsAreMetUpToTheirLimit(t *testing.T) {
	rows := func(ratio, depth float64) []row {
		return []row{{testCase{name: firstRun, organizations: 10, delay: delay}, function, values{wall: 200, deep: depth, memory: 20}, values{wall: ratio}}}
	}
	for name, c := range map[string]struct {
		rows   []row
		missed []string
		ok     bool
	}{
		"all met":        {rows(1.35, 5), nil, true},
		"a time missed":  {rows(1.36, 5), []string{"ten in a batch, wall time"}, true},
		"a count missed": {rows(1.3, 6), []string{"first run, depth"}, false},
	} {
		report, ok := judge(c.rows)
		var missed []string
		for line := range strings.Lines(report) {
			if rest, is := strings.CutPrefix(line, "missed  "); is {
				missed = append(missed, rest)
			}
		}
		same := slices.EqualFunc(missed, c.missed, strings.HasPrefix)
		if ok != c.ok || !same || strings.Count(report, "\n") != 3 {
			t.Errorf("%s: %v\n%s", name, ok, report)
		}
	}
}

func TestTheTableIsMarkdown(t *testing.T) {
	got := table([]row{{testCase{name: firstRun, organizations: 10, delay: delay}, function, values{wall: 197.4, deep: 5}, values{wall: 1.33}}})
	want := "" +
		"| case      | N  | contestant | wall ms      | start ms | calls | deep | writes | MB | bytes | arm64 bytes |\n" +
		"|-----------|----|------------|--------------|----------|-------|------|--------|----|-------|-------------|\n" +
		"| first run | 10 | function   | 197 (1.33 ×) |          |       | 5    |        |    |       |             |\n"
	if got != want {
		t.Errorf("got\n%s", got)
	}
}
