package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/fusionpos/orgbucket/infra/local/bench/result"
)

// binaries are the sizes of the contestants' executables.
func binaries(host, arm64 string) (runs []result.Run, err error) {
	for _, contestant := range []string{result.Bare, result.Floor, result.Sequential, result.Function} {
		run := result.Run{Key: result.Key{Case: result.Binary, Contestant: contestant}, Values: result.Values{}}
		for name, directory := range map[string]string{result.SizeHost: host, result.SizeArm64: arm64} {
			info, err := os.Stat(filepath.Join(directory, contestant, "bootstrap"))
			if err != nil {
				return nil, fmt.Errorf("size of a contestant: %w", err)
			}
			run.Values[name] = float64(info.Size())
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// extrapolate computes sequential's thousand from its hundred: one organization
// takes as long as the other.
func extrapolate(rows []result.Row) []result.Row {
	hundred, there := result.Document{Rows: rows}.Find(result.Key{Case: result.FirstRun, Contestant: result.Sequential, N: 100, DelayMS: slow})
	floor, both := result.Document{Rows: rows}.Find(result.Key{Case: result.FirstRun, Contestant: result.Floor, N: 1000, DelayMS: slow})
	if !there || !both {
		return rows
	}
	thousand := hundred
	thousand.N, thousand.Extrapolated = 1000, true
	invoke := hundred.Values[result.Invoke].Median * 10
	wall := hundred.Values[result.Init].Median + invoke
	of := func(value float64) result.Spread { return result.Spread{Median: value, Min: value, Max: value} }
	thousand.Values = map[string]result.Spread{result.Invoke: of(invoke), result.Wall: of(wall), result.CallsPerOrg: hundred.Values[result.CallsPerOrg], result.Depth: hundred.Values[result.Depth]}
	thousand.ToFloor = map[string]result.Spread{result.Wall: of(wall / floor.Values[result.Wall].Median), result.Invoke: of(invoke / floor.Values[result.Invoke].Median)}
	return append(rows, thousand)
}
