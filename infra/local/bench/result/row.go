package result

import (
	"slices"
)

// The contestants.
const (
	Function   = "function" // ours
	Floor      = "floor"
	Sequential = "sequential"
	Bare       = "bare"
)

// Key says what was measured.
type Key struct {
	Case       string `json:"case"`
	Contestant string `json:"contestant"`
	N          int    `json:"organizations"`
	DelayMS    int    `json:"delayMs"`
	// MemoryMB is what the process is given a share of a core for, 0 for a whole machine.
	MemoryMB int `json:"memoryMb,omitempty"`
}

// Values are measured values by their names, which are those of the constants of value.go.
type Values map[string]float64

// Run is one repetition.
type Run struct {
	Key
	Repetition int
	Values     Values
	// Calls are the calls for one organization, by operation.
	Calls map[string]float64
}

// Spread is a value over the repetitions.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// Row is all repetitions of one key.
type Row struct {
	Key
	Runs   int               `json:"runs"`
	Values map[string]Spread `json:"values"`
	// ToFloor are ratios to the floor's value in the same repetition.
	ToFloor map[string]Spread `json:"toFloor,omitempty"`
	// Calls are those of the last repetition, for one organization.
	Calls map[string]float64 `json:"calls,omitempty"`
	// Extrapolated: computed from a smaller number of organizations.
	Extrapolated bool `json:"extrapolated,omitempty"`
}

// SumUp makes a row of each key, in the order in which the keys first appear.
func SumUp(runs []Run) []Row {
	var keys []Key
	byKey := map[Key][]Run{}
	for _, run := range runs {
		if _, seen := byKey[run.Key]; !seen {
			keys = append(keys, run.Key)
		}
		byKey[run.Key] = append(byKey[run.Key], run)
	}
	var rows []Row
	for _, key := range keys {
		floor := key
		floor.Contestant = Floor
		rows = append(rows, row(key, byKey[key], byKey[floor]))
	}
	return rows
}

func row(key Key, runs, floor []Run) Row {
	values, ratios := map[string][]float64{}, map[string][]float64{}
	for _, run := range runs {
		for name, value := range run.Values {
			values[name] = append(values[name], value)
			if base := valueIn(floor, run.Repetition, name); base > 0 {
				ratios[name] = append(ratios[name], value/base)
			}
		}
	}
	r := Row{Key: key, Runs: len(runs), Values: spreads(values), Calls: runs[len(runs)-1].Calls}
	if key.Contestant != Floor {
		r.ToFloor = spreads(ratios)
	}
	return r
}

// valueIn gives a value of one repetition, 0 if there's none.
func valueIn(runs []Run, repetition int, name string) float64 {
	for _, run := range runs {
		if run.Repetition == repetition {
			return run.Values[name]
		}
	}
	return 0
}

func spreads(all map[string][]float64) map[string]Spread {
	result := map[string]Spread{}
	for name, values := range all {
		slices.Sort(values)
		result[name] = Spread{Median: median(values), Min: values[0], Max: values[len(values)-1]}
	}
	return result
}

func median(sorted []float64) float64 {
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
