package result

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// changed is the sample with another value and ratio in the function's run of ten.
func changed(change func(r *Row)) Document {
	d := sample()
	for i := range d.Rows {
		if d.Rows[i].Key == (Key{Case: FirstRun, Contestant: Function, N: 10, DelayMS: 30}) || d.Rows[i].Case == Binary {
			d.Rows[i].Values, d.Rows[i].ToFloor = maps.Clone(d.Rows[i].Values), maps.Clone(d.Rows[i].ToFloor)
			change(&d.Rows[i])
		}
	}
	return d
}

func TestCountsThatGotWorseFailAndTimesDoNot(t *testing.T) {
	set := func(name string, value Spread) func(*Row) {
		return func(r *Row) {
			if _, measured := r.Values[name]; measured {
				r.Values[name] = value
			}
		}
	}
	ratio := func(value float64) func(*Row) { return func(r *Row) { r.ToFloor[Wall] = of(value) } }
	for name, c := range map[string]struct {
		change func(*Row)
		says   string // of the first difference; empty for none
		worse  bool
	}{
		"nothing changed":   {func(*Row) {}, "", false},
		"a call more":       {set(CallsPerOrg, of(12)), "WORSE   first run of function, N=10, 30 ms, callsPerOrg: 12, committed 11", true},
		"a call less":       {set(CallsPerOrg, of(9)), "", false},
		"deeper every time": {set(Depth, Spread{8, 8, 9}), "WORSE", true},
		"deeper once":       {set(Depth, Spread{6, 5, 9}), "", false},
		"more writes":       {set(Writes, of(41)), "WORSE", true},
		"more connections by more than a quarter":  {set(Connections, of(66)), "WORSE", true},
		"more connections by less than a quarter":  {set(Connections, of(64)), "", false},
		"an executable larger by less than 1 %":    {set(SizeHost, of(10_000_000)), "", false},
		"an executable larger by more than 1 %":    {set(SizeHost, of(10_100_000)), "WORSE   binary of function, binaryBytes", true},
		"an arm64 executable larger by a quarter":  {set(SizeArm64, of(12_000_000)), "WORSE", true},
		"more memory, which isn't a count":         {set(RSS, of(50)), "", false},
		"slower than every time before":            {ratio(1.9), "slower than committed  first run of function, N=10, 30 ms, wallMs: 1.90 × floor, was 1.28", false},
		"faster than every time before":            {ratio(1.1), "faster than committed", false},
		"as fast as one of the times before":       {ratio(1.26), "", false},
		"a time that got longer, as did the floor": {set(Wall, of(2_000)), "", false},
	} {
		t.Run(name, func(t *testing.T) {
			differences := Compare(sample(), changed(c.change))
			if AnyWorse(differences) != c.worse {
				t.Errorf("worse: %v", differences)
			}
			if (c.says == "") != (len(differences) == 0) || c.says != "" && !strings.HasPrefix(differences[0].String(), c.says) {
				t.Errorf("differences %v, want %q", differences, c.says)
			}
		})
	}
}

func TestWhatIsWorseIsSaidFirst(t *testing.T) {
	differences := Compare(sample(), changed(func(r *Row) {
		if r.Case == FirstRun {
			r.ToFloor[Wall], r.Values[Depth] = of(2), of(9)
		} else {
			r.Values[SizeHost] = of(20_000_000)
		}
	}))
	if len(differences) != 3 || !differences[0].Worse || !differences[1].Worse || differences[2].Worse {
		t.Errorf("differences %v", differences)
	}
}

func TestWhatIsWorseIsSaidLoudly(t *testing.T) {
	worse := Compare(sample(), changed(func(r *Row) { r.Values[SizeHost], r.Values[Depth] = of(20_000_000), of(9) }))
	if text := Beside(sample().Machine, worse); !strings.Contains(text, "2026-01-31") || !strings.Contains(text, "  WORSE ") || !strings.Contains(text, "*** A COUNT GOT WORSE") {
		t.Errorf("says %s", text)
	}
	if text := Beside(sample().Machine, nil); !strings.Contains(text, "nothing differs") || strings.Contains(text, "***") {
		t.Errorf("says %s", text)
	}
}

func TestWhatOnlyOneDocumentHasIsNotCompared(t *testing.T) {
	fewer := sample()
	fewer.Rows = fewer.Rows[:3]
	if differences := slices.Concat(Compare(sample(), fewer), Compare(fewer, sample())); len(differences) != 0 {
		t.Errorf("differences %v", differences)
	}
}

func TestTheOthersMayChange(t *testing.T) {
	now := sample()
	now.Rows[2].Values = map[string]Spread{CallsPerOrg: of(99)} // the floor's
	if differences := Compare(sample(), now); len(differences) != 0 {
		t.Errorf("differences %v", differences)
	}
}
