package result

import (
	"path/filepath"
	"testing"
)

// TestATargetIsMetUpToItsBound has the figures of one target each, at the bound
// and beyond it.
func TestATargetIsMetUpToItsBound(t *testing.T) {
	ratio := func(name string, x float64) Row { return Row{Runs: 1, ToFloor: map[string]Spread{name: of(x)}} }
	value := func(name string, x float64) Row { return Row{Runs: 1, Values: map[string]Spread{name: of(x)}} }
	for name, c := range map[string]struct {
		key        Key
		good, bad  Row
		sequential float64
	}{
		"one organization":     {Key{Case: FirstRun, Contestant: Function, N: 1, DelayMS: 30}, ratio(Wall, 1.3), ratio(Wall, 1.31), 0},
		"a thousand":           {Key{Case: FirstRun, Contestant: Function, N: 1000, DelayMS: 30}, ratio(Wall, 1.35), ratio(Wall, 1.36), 0},
		"beside sequential":    {Key{Case: FirstRun, Contestant: Function, N: 10, DelayMS: 30}, value(Wall, 200), value(Wall, 201), 2000},
		"a hundred":            {Key{Case: Together, Contestant: Function, N: 100, DelayMS: 30}, value(Wall, 1566), value(Wall, 1567), 0},
		"exec to first next":   {Key{Case: ColdStart, Contestant: Function, N: 1, DelayMS: 0}, ratio(Init, 1.15), ratio(Init, 1.16), 0},
		"over TLS":             {Key{Case: OverTLS, Contestant: Function, N: 1, DelayMS: 0}, ratio(InitFirst, 1.1), ratio(InitFirst, 1.2), 0},
		"writes of a replay":   {Key{Case: Replay, Contestant: Function, N: 10, DelayMS: 30}, value(Writes, 0), value(Writes, 1), 0},
		"depth of a replay":    {Key{Case: Replay, Contestant: Function, N: 10, DelayMS: 30}, value(Depth, 3), value(Depth, 4), 0},
		"the arm64 binary":     {Key{Case: Binary, Contestant: Function, N: 0, DelayMS: 0}, value(SizeArm64, 9_499_999), value(SizeArm64, 9_500_000), 0},
		"processor time":       {Key{Case: FirstRun, Contestant: Function, N: 100, DelayMS: 0}, ratio(CPU, 2), ratio(CPU, 2.1), 0},
		"memory after a batch": {Key{Case: FirstRun, Contestant: Function, N: 10, DelayMS: 30}, value(RSS, 24.9), value(RSS, 25.1), 0},
	} {
		t.Run(name, func(t *testing.T) {
			for _, half := range []struct {
				row Row
				met bool
			}{{c.good, true}, {c.bad, false}} {
				half.row.Key = c.key
				d := Document{Rows: []Row{half.row}}
				if c.sequential > 0 {
					d.Rows = append(d.Rows, Row{Key: Key{Case: FirstRun, Contestant: Sequential, N: 10, DelayMS: 30}, Values: map[string]Spread{Wall: of(c.sequential)}})
				}
				judged := Judge(d)
				if len(judged) != 1 || judged[0].Met != half.met {
					t.Errorf("%+v, want one, met: %v", judged, half.met)
				}
			}
		})
	}
}

func TestGrowthIsHeldToTheFirstTenth(t *testing.T) {
	for last, met := range map[float64]bool{20: true, 22: true, 22.1: false} {
		d := Document{Rows: []Row{{Key: Key{Case: Endurance, Contestant: Function, N: 10_000, DelayMS: 0}, Values: map[string]Spread{RSSFirst: of(20), RSSLast: of(last)}}}}
		if judged := Judge(d); len(judged) != 1 || judged[0].Met != met {
			t.Errorf("20 MB, then %v: %+v", last, judged)
		}
	}
}

func TestAPlotIsDrawnAlsoIfBarsAreMissing(t *testing.T) {
	for _, d := range []Document{sample(), {}} {
		if err := d.WritePlot(filepath.Join(t.TempDir(), "plot.svg"), 30); err != nil {
			t.Error(err)
		}
	}
	if err := sample().WritePlot(filepath.Join(t.TempDir(), "no", "such", "plot.svg"), 30); err == nil {
		t.Error("drawn into a directory that isn't there")
	}
}
