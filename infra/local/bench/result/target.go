package result

import "fmt"

// Target is what the function shall reach, and whether it does.
type Target struct {
	Text string `json:"target"`
	Seen string `json:"seen"`
	Met  bool   `json:"met"`
}

// targets in the order in which they are shown. Each gives what was seen, as a
// number and in words, and false if it wasn't measured.
func targets() []target {
	const ms = 30
	function := func(name string, n int) Key { return Key{name, Function, n, ms} }
	instant := func(name string, n int) Key { return Key{name, Function, n, 0} }
	return []target{
		{"one organization, wall time", "≤ %.4g × floor", 1.3, toFloor(function(FirstRun, 1), Wall)},
		{"ten in a batch, wall time", "≤ %.4g × floor", 1.35, toFloor(function(FirstRun, 10), Wall)},
		{"a thousand, wall time", "≤ %.4g × floor", 1.35, toFloor(function(FirstRun, 1000), Wall)},
		{"ten in a batch, sequential's time without start", "≥ 10 × ours, so ours ≤ %.4g of it", 0.1, toSequential(10, ms)},
		{"replay, depth", "≤ %.4g", 3, value(function(Replay, 10), Depth)},
		{"replay, writes", "%.4g", 0, value(function(Replay, 10), Writes)},
		{"exec to first next", "≤ %.4g × floor", 1.15, toFloor(Key{ColdStart, Function, 0, 0}, Init)},
		{"init and first invocation, TLS", "≤ %.4g × floor", 1.1, toFloor(instant(OverTLS, 1), InitFirst)},
		{"binary", "≤ %.4g × floor's", 1.1, toFloor(Key{Binary, Function, 0, 0}, SizeHost)},
		{"arm64 binary, bytes", "< %.9g", 9_500_000 - 1, value(Key{Binary, Function, 0, 0}, SizeArm64)},
		{"CPU per organization, no delay", "≤ %.4g × floor", 2, toFloor(instant(FirstRun, 100), CPU)},
		{"CPU per organization, delay", "≤ %.4g × floor", 2, toFloor(function(FirstRun, 100), CPU)},
		{"peak memory after a batch of ten, MB", "< %.4g", 25, value(function(FirstRun, 10), RSS)},
		{"growth over 10,000 messages", "last ≤ %.4g × after a tenth", 1.1, growth(Key{Endurance, Function, 10_000, 0})},
	}
}

type target struct {
	text, limit string
	most        float64
	seen        func(Document) (float64, bool)
}

// Judge holds the document to the targets; what wasn't measured is left out.
func Judge(d Document) (judged []Target) {
	for _, t := range targets() {
		seen, measured := t.seen(d)
		if !measured {
			continue
		}
		judged = append(judged, Target{Text: t.text + " " + fmt.Sprintf(t.limit, t.most), Seen: fmt.Sprintf("%.7g", round(seen)), Met: seen <= t.most})
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

// toSequential is our time for the invocations as a part of sequential's.
func toSequential(n, delayMS int) func(Document) (float64, bool) {
	return func(d Document) (float64, bool) {
		ours, _ := d.Find(Key{FirstRun, Function, n, delayMS})
		theirs, there := d.Find(Key{FirstRun, Sequential, n, delayMS})
		return ours.Values[Invoke].Median / theirs.Values[Invoke].Median, there && ours.Runs > 0
	}
}

func growth(key Key) func(Document) (float64, bool) {
	return func(d Document) (float64, bool) {
		row, there := d.Find(key)
		return row.Values[RSSLast].Median / row.Values[RSSFirst].Median, there
	}
}
