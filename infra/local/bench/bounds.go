package main

import (
	"fmt"
	"slices"
	"strings"
)

// bound is what the function must keep to.
type bound struct {
	text    string
	limit   float64
	atLeast bool // the limit is the least that is wanted; otherwise the most
	// exact: the value hardly depends on the machine, so that a miss is an error.
	exact bool
	seen  func([]row) (value float64, measured bool)
}

// bounds in the order in which they are shown.
var bounds = []bound{
	{"one organization, wall time, × floor", 1.3, false, false, ratio(firstRun, 1, wall)},
	{"ten in a batch, wall time, × floor", 1.35, false, false, ratio(firstRun, 10, wall)},
	{"ten in a batch, sequential's wall time, × ours", 10, true, false, sequentialToOurs},
	{"first run, depth", 5, false, true, value(firstRun, 10, deep)},
	{"first run under the alternative name, depth", 6, false, true, value(alternative, 10, deep)},
	{"replay, depth", 3, false, true, value(replay, 10, deep)},
	{"replay, writes", 0, false, true, value(replay, 10, writes)},
	{"exec to first next, × floor", 1.15, false, false, ratio(coldStart, 1, start)},
	{"executable, × floor's", 1.1, false, true, ratio(coldStart, 1, size)},
	{"arm64 executable, bytes", 9_499_999, false, true, value(coldStart, 1, sizeArm64)},
	{"peak memory after a batch of ten, MB", 25, false, false, value(firstRun, 10, memory)},
}

func find(rows []row, name string, n int, contestant string) (row, bool) {
	i := slices.IndexFunc(rows, func(r row) bool { return r.name == name && r.organizations == n && r.contestant == contestant })
	if i < 0 {
		return row{}, false
	}
	return rows[i], true
}

func ratio(name string, n int, column string) func([]row) (float64, bool) {
	return func(rows []row) (float64, bool) {
		r, there := find(rows, name, n, function)
		return r.toFloor[column], there
	}
}

func value(name string, n int, column string) func([]row) (float64, bool) {
	return func(rows []row) (float64, bool) {
		r, there := find(rows, name, n, function)
		return r.values[column], there
	}
}

func sequentialToOurs(rows []row) (float64, bool) {
	ours, there := find(rows, firstRun, 10, function)
	theirs, both := find(rows, firstRun, 10, sequential)
	return theirs.values[wall] / ours.values[wall], there && both
}

// judge holds rows to the bounds; what wasn't measured is left out. ok is false
// if an exact bound is missed.
func judge(rows []row) (report string, ok bool) {
	var text strings.Builder
	ok = true
	for _, b := range bounds {
		seen, measured := b.seen(rows)
		if !measured {
			continue
		}
		verdict, sign := "met   ", "≤"
		if b.atLeast {
			sign = "≥"
		}
		if b.atLeast && seen < b.limit || !b.atLeast && seen > b.limit {
			verdict = "missed"
			ok = ok && !b.exact
		}
		fmt.Fprintf(&text, "%s  %s %s %s, seen %s\n", verdict, b.text, sign, figure(b.limit), figure(seen))
	}
	return text.String(), ok
}
