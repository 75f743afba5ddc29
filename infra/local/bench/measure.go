package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
	"github.com/fusionpos/orgbucket/infra/local/bench/result"
	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
)

// bench is what all runs share.
type bench struct {
	aws      endpoint.Addresses
	binaries string // directory with a directory for each contestant
	bundle   string // file of the certificates that contestants trust
}

// measure makes one run.
func (b *bench) measure(ctx context.Context, j job, repetition int) (run result.Run, err error) {
	if err := b.aws.Reset(ctx, endpoint.Setup{State: j.state, Organizations: organizations(j.N), Delay: time.Duration(j.DelayMS) * time.Millisecond}); err != nil {
		return run, err
	}
	run = result.Run{Key: j.Key, Repetition: repetition, Values: result.Values{}, Calls: map[string]float64{}}
	work := b.workAlone
	if j.processes > 0 {
		work = b.workTogether
	}
	invoked, err := work(ctx, j, run.Values)
	if err != nil {
		return run, err
	}
	if j.MemoryMB > 0 {
		return run, nil // what is counted is the same as without, but for calls that come late
	}
	stats, err := b.aws.Stats(ctx)
	if err != nil {
		return run, err
	}
	enterCounts(&run, stats)
	if stats.Total() > 0 {
		run.Values[result.FirstCall] = ms(stats.FirstCall.Sub(invoked))
	}
	return run, nil
}

// workAlone is a run with one process. invoked is when it got the first event.
func (b *bench) workAlone(ctx context.Context, j job, v result.Values) (invoked time.Time, err error) {
	p, err := b.start(ctx, j)
	if err != nil {
		return invoked, err
	}
	defer p.function.Close()
	if j.MemoryMB > 0 {
		err = p.workWithShare(ctx, j, v)
	} else {
		err = p.work(ctx, j, v, nil)
	}
	return p.invoked, j.failure(err)
}

// workWithShare hands over all events to the process while it has a share of a core.
func (p *process) workWithShare(ctx context.Context, j job, v result.Values) error {
	whole, err := limit(p.started.PID, result.Share(j.MemoryMB))
	if err != nil {
		return err
	}
	err = p.work(ctx, j, v, nil)
	return errors.Join(err, whole())
}

// process is a contestant that has started.
type process struct {
	function *lambdasim.Function
	started  lambdasim.Started
	initCPU  time.Duration
	invoked  time.Time // when it got the first event
}

func (b *bench) start(ctx context.Context, j job) (p *process, err error) {
	p = &process{}
	p.function, err = lambdasim.New(lambdasim.Options{
		Bootstrap: filepath.Join(b.binaries, j.Contestant, "bootstrap"), Env: j.way.environment(b.aws, b.bundle),
		Timeout: timeout, Region: endpoint.Region, Account: endpoint.Account,
	})
	if err != nil {
		return nil, err
	}
	if p.started, err = p.function.Warm(ctx); err == nil {
		p.initCPU, err = processorTime(p.started.PID)
	}
	if err != nil {
		_ = p.function.Close() // why it failed is what matters
		return nil, j.failure(err)
	}
	return p, nil
}

// work hands over all events, one after the other, and enters what it took. after
// is called after each, if it isn't nil.
func (p *process) work(ctx context.Context, j job, v result.Values, after func(batches int) error) error {
	v[result.Init], v[result.InitCPU] = ms(p.started.Init), ms(p.initCPU)
	ids := organizations(j.N)
	p.invoked = time.Now()
	for i := 0; i < len(ids); i += j.batch {
		began := time.Now()
		if err := p.invoke(ctx, ids[i:min(i+j.batch, len(ids))]); err != nil {
			return err
		}
		v[result.Last] = ms(time.Since(began))
		if i == 0 {
			v[result.First] = v[result.Last]
		}
		if after != nil {
			if err := after(i/j.batch + 1); err != nil {
				return err
			}
		}
	}
	v[result.Invoke] = ms(time.Since(p.invoked))
	v[result.Wall] = v[result.Init] + v[result.Invoke]
	v[result.InitFirst] = v[result.Init] + v[result.First]
	return p.consumption(j.N, v)
}

// invoke hands over one batch; a message that isn't done is an error.
func (p *process) invoke(ctx context.Context, ids []string) error {
	batch, err := event(ids)
	if err != nil {
		return err
	}
	answer, err := p.function.Invoke(ctx, batch)
	if err != nil {
		return err
	}
	var failures struct{ BatchItemFailures []json.RawMessage }
	if err := json.Unmarshal(answer.Payload, &failures); err != nil || len(failures.BatchItemFailures) > 0 {
		return fmt.Errorf("messages failed: %s", answer.Payload)
	}
	return nil
}

// consumption reads processor time and memory of the process while it lives.
func (p *process) consumption(n int, v result.Values) error {
	used, err := processorTime(p.started.PID)
	if err != nil {
		return err
	}
	v[result.CPU] = ms(used-p.initCPU) / float64(n)
	_, v[result.RSS], err = memory(p.started.PID)
	return err
}

// enterCounts enters what the server counted.
func enterCounts(run *result.Run, s endpoint.Stats) {
	n := float64(run.N)
	for operation, calls := range s.Calls {
		run.Calls[operation] = float64(calls) / n
	}
	for name, count := range map[string]int{
		result.Depth: s.Depth, result.Writes: s.Writes, result.InFlight: s.InFlight, result.Connections: s.Connections, result.Handshakes: s.Handshakes,
		result.Resumed: s.Resumed,
	} {
		run.Values[name] = float64(count)
	}
	run.Values[result.CallsPerOrg] = float64(s.Total()) / n
	run.Values[result.BytesIn], run.Values[result.BytesOut] = float64(s.BytesIn)/n, float64(s.BytesOut)/n
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
