package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
	"github.com/fusionpos/orgbucket/infra/local/bench/result"
)

// atOnce is how many batches are worked on at once with the deployed settings
// (maxConcurrency), each by a process of its own.
const atOnce = 2

// measureTogether makes a run with several processes, which take the batches from
// one queue. Each starts cold.
func (b *bench) measureTogether(ctx context.Context, j job, repetition int) (run result.Run, err error) {
	if err := b.aws.Reset(ctx, endpoint.Setup{State: j.state, Organizations: organizations(j.N), Delay: time.Duration(j.DelayMS) * time.Millisecond}); err != nil {
		return run, err
	}
	run = result.Run{Key: j.Key, Repetition: repetition, Values: result.Values{}, Calls: map[string]float64{}}
	if err := b.workTogether(ctx, j, run.Values); err != nil {
		return run, fmt.Errorf("%s: %w", j.Key, err)
	}
	stats, err := b.aws.Stats(ctx)
	if err != nil {
		return run, err
	}
	enterCounts(&run, stats)
	return run, nil
}

func (b *bench) workTogether(ctx context.Context, j job, v result.Values) error {
	var mu sync.Mutex // guards v
	began := time.Now()
	batches := waiting(j)
	group, ctx := errgroup.WithContext(ctx)
	for range j.processes {
		group.Go(func() error {
			p, err := b.start(ctx, j)
			if err != nil {
				return err
			}
			defer p.function.Close()
			for ids := range batches {
				if err := p.invoke(ctx, ids); err != nil {
					return err
				}
			}
			ended := time.Since(began)
			own := result.Values{}
			err = p.consumption(j.N, own)
			mu.Lock()
			defer mu.Unlock()
			v[result.Wall] = max(v[result.Wall], ms(ended))
			v[result.CPU] += own[result.CPU]
			v[result.RSS] = max(v[result.RSS], own[result.RSS])
			return err
		})
	}
	return group.Wait()
}

// waiting are a job's batches, all of them there from the start.
func waiting(j job) <-chan []string {
	ids := organizations(j.N)
	batches := make(chan []string, len(ids))
	for i := 0; i < len(ids); i += j.batch {
		batches <- ids[i:min(i+j.batch, len(ids))]
	}
	close(batches)
	return batches
}
