package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
	"github.com/fusionpos/orgbucket/infra/local/bench/result"
)

// run makes all runs of the stages, and says with progress what it is at.
func (b *bench) run(ctx context.Context, stages []stage, progress func(text string)) (runs []result.Run, err error) {
	for _, st := range stages {
		first := st.jobs[0]
		progress(fmt.Sprintf("%s … (N=%d, delay %d ms, %d times %d)", first.Case, first.N, first.DelayMS, st.repetitions, len(st.jobs)))
		of := make([][]result.Run, len(st.jobs)) // in the order of the jobs, whatever the order of the runs
		for repetition := range st.repetitions {
			for _, i := range rand.Perm(len(st.jobs)) {
				run, err := b.repeat(ctx, st.jobs[i], repetition)
				if err != nil {
					return nil, err
				}
				of[i] = append(of[i], run)
			}
		}
		for _, some := range of {
			runs = append(runs, some...)
		}
	}
	return runs, nil
}

// repeat makes one run; before one that begins with finished buckets, the
// function makes these.
func (b *bench) repeat(ctx context.Context, j job, repetition int) (result.Run, error) {
	if j.state == endpoint.Kept || j.state == endpoint.Damaged {
		before := j
		before.state, before.DelayMS = endpoint.Empty, 0
		if _, err := b.measure(ctx, before, repetition); err != nil {
			return result.Run{}, fmt.Errorf("make the buckets: %w", err)
		}
	}
	return b.measure(ctx, j, repetition)
}

// endure gives the function very many messages, and reads its memory after each tenth.
func (b *bench) endure(ctx context.Context, n int) (run result.Run, memoryMB []float64, err error) {
	j := job{Key: result.Key{Case: result.Endurance, Contestant: result.Function, N: n}, state: endpoint.Empty, batch: batchSize, way: plain}
	if err := b.aws.Reset(ctx, endpoint.Setup{State: j.state, Organizations: organizations(n)}); err != nil {
		return run, nil, err
	}
	p, err := b.start(ctx, j)
	if err != nil {
		return run, nil, err
	}
	defer p.function.Close()
	run = result.Run{Key: j.Key, Values: result.Values{}}
	tenth := n / batchSize / 10
	err = p.work(ctx, j, run.Values, func(batches int) error {
		if batches%tenth != 0 {
			return nil
		}
		now, _, err := memory(p.started.PID)
		memoryMB = append(memoryMB, now)
		return err
	})
	if err != nil {
		return run, nil, fmt.Errorf("%s: %w", j.Key, err)
	}
	run.Values[result.RSSFirst], run.Values[result.RSSLast] = memoryMB[0], memoryMB[len(memoryMB)-1]
	return run, memoryMB, nil
}

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

// elapsed prefixes lines with the time since the start.
func elapsed() func(text string) {
	began := time.Now()
	return func(text string) {
		fmt.Fprintf(os.Stderr, "%4.0f s  %s\n", time.Since(began).Seconds(), text)
	}
}
