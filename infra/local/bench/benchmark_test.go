package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/local/bench/result"
)

// tiny is every kind of measurement, once.
var tiny = sizes{organizations: map[int]int{1: 1}, cold: 1, tls: 1, together: [2]int{1, 20}, ways: [2]int{1, 2}, endurance: 100}

func TestEveryKindOfMeasurementGivesItsRows(t *testing.T) {
	b := prepared(t)
	var stages []string
	d, err := b.document(t.Context(), options{host: b.binaries, arm64: b.binaries, only: regexp.MustCompile("")}, tiny, func(text string) { stages = append(stages, text) })
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []result.Key{
		{Case: result.Binary, Contestant: result.Bare},
		{Case: result.ColdStart, Contestant: result.Bare, N: 1},
		{Case: result.OverTLS, Contestant: result.Sequential, N: 1},
		{Case: result.FirstRun, Contestant: result.Floor, N: 1, DelayMS: slow},
		{Case: result.Replay, Contestant: result.Function, N: 1},
		{Case: result.Together, Contestant: result.Function, N: 20, DelayMS: slow},
		{Case: result.PathTunnel, Contestant: result.Function, N: 2},
		{Case: result.Virtual, Contestant: result.Function, N: 2},
		{Case: result.Endurance, Contestant: result.Function, N: 100},
	} {
		if _, there := d.Find(want); !there {
			t.Errorf("no row of %s", want)
		}
	}
	if len(d.Memory) != 10 || len(stages) == 0 || d.Machine.Cores == 0 {
		t.Errorf("memory %v, stages %q, machine %+v", d.Memory, stages, d.Machine)
	}
	path, _ := d.Find(result.Key{Case: result.PathDirect, Contestant: result.Function, N: 2})
	virtual, _ := d.Find(result.Key{Case: result.Virtual, Contestant: result.Function, N: 2})
	if path.Values[result.Handshakes].Median < 1 || virtual.Values[result.Handshakes].Median < 4 { // two names for each of two organizations
		t.Errorf("%v handshakes in path style, %v virtual-hosted", path.Values[result.Handshakes], virtual.Values[result.Handshakes])
	}
	if dir := t.TempDir(); write(d, dir) != nil {
		t.Error("the figures can't be written")
	} else if drawn, err := os.ReadFile(filepath.Join(dir, "first-run-30ms.svg")); err != nil || !strings.Contains(string(drawn), "<svg") {
		t.Errorf("the plot: %v", err)
	}
}

func TestAContestantThatFailsIsAnError(t *testing.T) {
	b := &bench{binaries: t.TempDir()}
	if _, err := b.start(t.Context(), job{Key: result.Key{Case: result.FirstRun, Contestant: result.Floor, N: 1}, way: plain}); err == nil || !strings.Contains(err.Error(), "first run of floor") {
		t.Errorf("got %v", err)
	}
}

func TestACaseThatThereIsNotIsAnError(t *testing.T) {
	o := options{only: regexp.MustCompile("nosuch")}
	if _, err := (&bench{}).document(t.Context(), o, quick, func(string) {}); err == nil || !strings.Contains(err.Error(), `"nosuch"`) {
		t.Errorf("got %v", err)
	}
}

func TestAChosenCaseIsMeasuredAlone(t *testing.T) {
	stages := only(plan(full), regexp.MustCompile("^replay$").MatchString)
	if len(stages) != 3 {
		t.Errorf("%d stages, want one for each number of organizations", len(stages))
	}
	for _, st := range stages {
		for _, j := range st.jobs {
			if j.Case != result.Replay {
				t.Errorf("%s is measured", j.Key)
			}
		}
	}
}

func TestSequentialsThousandIsComputedFromItsHundred(t *testing.T) {
	of := func(x float64) result.Spread { return result.Spread{Median: x, Min: x, Max: x} }
	key := func(contestant string, n int) result.Key {
		return result.Key{Case: result.FirstRun, Contestant: contestant, N: n, DelayMS: slow}
	}
	rows := []result.Row{
		{Key: key(result.Sequential, 100), Values: map[string]result.Spread{result.Init: of(20), result.Invoke: of(18_000), result.Depth: of(6)}},
		{Key: key(result.Floor, 1000), Values: map[string]result.Spread{result.Invoke: of(12_000), result.Wall: of(12_010)}},
	}
	row, there := result.Document{Rows: extrapolate(rows)}.Find(key(result.Sequential, 1000))
	if !there || !row.Extrapolated || row.Values[result.Wall].Median != 180_020 || row.ToFloor[result.Invoke].Median != 15 {
		t.Errorf("got %+v", row)
	}
	if left := extrapolate(rows[:1]); len(left) != 1 {
		t.Errorf("without a floor there is nothing to compute, but %+v", left)
	}
}
