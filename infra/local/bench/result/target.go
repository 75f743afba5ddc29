package result

import (
	"fmt"
	"math"
)

// Target is what the function shall reach, and whether it does.
type Target struct {
	Text string `json:"target"`
	Seen string `json:"seen"`
	Met  bool   `json:"met"`
}

// targets in the order in which they are shown.
func targets() []target {
	const ms = 30
	function := func(name string, n int) Key { return Key{Case: name, Contestant: Function, N: n, DelayMS: ms} }
	instant := func(name string, n int) Key { return Key{Case: name, Contestant: Function, N: n} }
	return []target{
		{"one organization, wall time", "≤ %.4g × floor", 1.3, toFloor(function(FirstRun, 1), Wall)},
		{"ten in a batch, wall time", "≤ %.4g × floor", 1.35, toFloor(function(FirstRun, 10), Wall)},
		{"a thousand, wall time", "≤ %.4g × floor", 1.35, toFloor(function(FirstRun, 1000), Wall)},
		{"ten in a batch, sequential's wall time", "≥ %.4g × ours", atLeast(10), sequentialToOurs(10, ms)},
		{"a hundred with two processes, Terraform's 23.5 s (quoted)", "≥ %.4g × ours", atLeast(15), quotedToOurs(terraformHundred, function(Together, 100))},
		{"replay, depth", "≤ %.4g", 3, least(function(Replay, 10), Depth)},
		{"replay, writes", "= %.4g", 0, value(function(Replay, 10), Writes)},
		{"exec to first next", "≤ %.4g × floor", 1.15, toFloor(instant(ColdStart, 1), Init)},
		{"init and first invocation over TLS", "≤ %.4g × floor", 1.1, toFloor(instant(OverTLS, 1), InitFirst)},
		{"executable", "≤ %.4g × floor's", 1.1, toFloor(Key{Case: Binary, Contestant: Function}, SizeHost)},
		{"arm64 executable, bytes", "≤ %.8g", 9_499_999, value(Key{Case: Binary, Contestant: Function}, SizeArm64)},
		{"CPU per organization of 100, no delay", "≤ %.4g × floor", 2, toFloor(instant(FirstRun, 100), CPU)},
		{"CPU per organization of 100, 30 ms", "≤ %.4g × floor", 2, toFloor(function(FirstRun, 100), CPU)},
		{"peak memory after a batch of ten, MB", "≤ %.4g", 25, value(function(FirstRun, 10), RSS)},
		{"memory after 10,000 messages", "≤ %.4g × after 1,000", 1.1, growth(instant(Endurance, 10_000))},
	}
}

// target is a bound and how the value to hold to it is found; a bound below 0 is
// the least that is wanted, others are the most.
type target struct {
	text, limit string
	bound       float64
	seen        func(Document) (value float64, measured bool)
}

func atLeast(bound float64) float64 { return -bound }

func (t target) met(seen float64) bool {
	if t.bound < 0 {
		return seen >= -t.bound
	}
	return seen <= t.bound
}

// Judge holds the document to the targets; what wasn't measured is left out.
func Judge(d Document) (judged []Target) {
	for _, t := range targets() {
		seen, measured := t.seen(d)
		if measured {
			judged = append(judged, Target{Text: t.text + " " + fmt.Sprintf(t.limit, math.Abs(t.bound)), Seen: fmt.Sprintf("%.7g", round(seen)), Met: t.met(seen)})
		}
	}
	return judged
}

func toFloor(key Key, name string) func(Document) (float64, bool) {
	return func(d Document) (float64, bool) {
		row, _ := d.Find(key)
		spread, there := row.ToFloor[name]
		return spread.Median, there
	}
}

func value(key Key, name string) func(Document) (float64, bool) {
	return func(d Document) (float64, bool) {
		row, _ := d.Find(key)
		spread, there := row.Values[name]
		return spread.Median, there
	}
}

// least is the least of the repetitions, which is the truth of depth (Row.depth).
func least(key Key, name string) func(Document) (float64, bool) {
	return func(d Document) (float64, bool) {
		row, _ := d.Find(key)
		spread, there := row.Values[name]
		return spread.Min, there
	}
}

func sequentialToOurs(n, delayMS int) func(Document) (float64, bool) {
	return func(d Document) (float64, bool) {
		ours, measured := d.Find(Key{Case: FirstRun, Contestant: Function, N: n, DelayMS: delayMS})
		theirs, both := d.Find(Key{Case: FirstRun, Contestant: Sequential, N: n, DelayMS: delayMS})
		return theirs.Values[Wall].Median / ours.Values[Wall].Median, measured && both
	}
}

// terraformHundred is how long Terraform took for a hundred organizations at 30 ms a
// call, in milliseconds: measured in November 2026 on two cores with another
// harness, since it needs a program that this benchmark doesn't install.
const terraformHundred = 23_500

func quotedToOurs(quoted float64, key Key) func(Document) (float64, bool) {
	return func(d Document) (float64, bool) {
		row, measured := d.Find(key)
		return quoted / row.Values[Wall].Median, measured
	}
}

func growth(key Key) func(Document) (float64, bool) {
	return func(d Document) (float64, bool) {
		row, there := d.Find(key)
		return row.Values[RSSLast].Median / row.Values[RSSFirst].Median, there
	}
}
