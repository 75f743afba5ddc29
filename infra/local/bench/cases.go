package main

import "time"

// The contestants; docs/bench/README.md says what each is.
const (
	function   = "function" // ours
	floor      = "floor"
	sequential = "sequential"
)

// The cases' names.
const (
	firstRun    = "first run"
	replay      = "replay"
	alternative = "alternative name" // a first run whose conventional name is another account's
	coldStart   = "cold start"
)

// delay is that of each AWS call, where there is one.
const delay = 30 * time.Millisecond

// testCase is measured with all its contestants side by side, in a new order each
// time: what slows the machine down for a while slows all of them down.
type testCase struct {
	name          string
	organizations int // messages, all in one batch
	delay         time.Duration
	contestants   []string
	repetitions   int
	quick         int // repetitions for a quick look
}

// cases are all there are. Cold starts have no delay, since nothing of AWS is measured.
var cases = []testCase{
	{coldStart, 1, 0, []string{floor, sequential, function}, 25, 5},
	{firstRun, 1, delay, []string{floor, sequential, function}, 9, 3},
	{firstRun, 10, delay, []string{floor, sequential, function}, 9, 3},
	{replay, 10, delay, []string{function}, 9, 3},
	{alternative, 10, delay, []string{function}, 5, 3},
}
