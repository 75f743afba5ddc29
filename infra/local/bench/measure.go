package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
)

// bench measures contestants.
type bench struct {
	aws         *endpoint.Server
	host, arm64 string // directories with a directory for each contestant
}

// run makes all runs of a case.
func (b *bench) run(ctx context.Context, c testCase) (runs []run, err error) {
	for range c.repetitions {
		repetition := map[string]values{}
		for _, i := range rand.Perm(len(c.contestants)) {
			contestant := c.contestants[i]
			if repetition[contestant], err = b.measure(ctx, c, contestant); err != nil {
				return nil, fmt.Errorf("%s of %s, %d organizations: %w", c.name, contestant, c.organizations, err)
			}
		}
		runs = append(runs, repetition)
	}
	return runs, nil
}

// measure makes one run of one contestant. A replay has the buckets made first.
func (b *bench) measure(ctx context.Context, c testCase, contestant string) (v values, err error) {
	setup := endpoint.Setup{Organizations: organizations(c.organizations), NamesTaken: c.name == alternative}
	if c.name == replay {
		if _, err := b.batch(ctx, setup, contestant); err != nil {
			return nil, fmt.Errorf("make the buckets: %w", err)
		}
		setup.Keep = true
	}
	setup.Delay = c.delay
	if v, err = b.batch(ctx, setup, contestant); err != nil {
		return nil, err
	}
	if c.name == coldStart {
		err = b.sizes(contestant, v)
	}
	return v, err
}

// batch starts a contestant's process and hands it one batch.
func (b *bench) batch(ctx context.Context, setup endpoint.Setup, contestant string) (values, error) {
	if err := b.aws.Reset(setup); err != nil {
		return nil, err
	}
	process, err := lambdasim.New(lambdasim.Options{
		Bootstrap: filepath.Join(b.host, contestant, "bootstrap"), Env: environment(b.aws.URL), Timeout: timeout, Region: endpoint.Region, Account: endpoint.Account,
	})
	if err != nil {
		return nil, err
	}
	defer process.Close()
	started, err := process.Warm(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := invoke(ctx, process, setup.Organizations); err != nil {
		return nil, err
	}
	took := time.Since(began)
	stats, n := b.aws.Stats(), float64(len(setup.Organizations))
	v := values{start: ms(started.Init), wall: ms(started.Init + took), calls: float64(stats.Calls) / n, writes: float64(stats.Writes), deep: float64(stats.Depth)}
	v[memory], err = peak(started.PID)
	return v, err
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
