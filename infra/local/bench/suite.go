package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
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
		return run, nil, j.failure(err)
	}
	run.Values[result.RSSFirst], run.Values[result.RSSLast] = memoryMB[0], memoryMB[len(memoryMB)-1]
	return run, memoryMB, nil
}

// elapsed prefixes lines with the time since the start.
func elapsed() func(text string) {
	began := time.Now()
	return func(text string) {
		fmt.Fprintf(os.Stderr, "%4.0f s  %s\n", time.Since(began).Seconds(), text)
	}
}
