package main

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/infra/local/bench/result"
)

// atOnce is how many batches are worked on at once with the deployed settings
// (maxConcurrency), each by a process of its own.
const atOnce = 2

// workTogether is a run with several processes, which start cold and take the
// batches from one queue. began is when they were started.
func (b *bench) workTogether(ctx context.Context, j job, v result.Values) (began time.Time, err error) {
	var mu sync.Mutex // guards v
	began = time.Now()
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
					return j.failure(err)
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
	return began, group.Wait()
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
