package main

import (
	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
	"github.com/fusionpos/orgbucket/infra/local/bench/result"
)

// stage is jobs that are measured side by side: all of them in each repetition,
// in a new order every time, so that what the machine does besides hits all.
type stage struct {
	repetitions int
	jobs        []job
}

// batchSize is what the event source is deployed with.
const batchSize = 10

// slow is the delay of the calls in the cases that are to be like AWS.
const slow = 30

// sizes are how often and with how many organizations something is measured.
type sizes struct {
	organizations map[int]int // how often with how many
	cold, tls     int         // repetitions
	together      [2]int      // repetitions, organizations
	ways          [2]int      // repetitions, organizations
	endurance     int         // organizations
	shares        int         // repetitions
}

var (
	full  = sizes{organizations: map[int]int{1: 9, 10: 9, 100: 5, 1000: 3}, cold: 25, tls: 15, together: [2]int{5, 100}, ways: [2]int{5, 100}, endurance: 10_000, shares: 5}
	quick = sizes{organizations: map[int]int{1: 3, 10: 3}, cold: 5, tls: 3, together: [2]int{2, 20}, ways: [2]int{2, 10}, shares: 1}
)

// plan is everything there is to measure with these sizes.
func plan(s sizes) (stages []stage) {
	stages = append(stages,
		coldStarts(s.cold, result.ColdStart, plain, result.Bare, result.Floor, result.Sequential, result.Function),
		coldStarts(s.tls, result.OverTLS, secure, result.Floor, result.Sequential, result.Function))
	for _, n := range []int{1, 10, 100, 1000} {
		if repetitions := s.organizations[n]; repetitions > 0 {
			for _, delay := range []int{0, slow} {
				stages = append(stages, firstRuns(repetitions, n, delay)...)
			}
			if n < 1000 {
				stages = append(stages, laterRuns(repetitions, n))
			}
		}
	}
	return append(stages, together(s.together[0], s.together[1]), ways(s.ways[0], s.ways[1]), shares(s.shares))
}

// coldStarts are runs of one message, so that what is put off until then counts.
func coldStarts(repetitions int, name string, w way, contestants ...string) stage {
	st := stage{repetitions: repetitions}
	for _, contestant := range contestants {
		st.jobs = append(st.jobs, job{Key: result.Key{Case: name, Contestant: contestant, N: 1}, state: endpoint.Empty, batch: 1, way: w})
	}
	return st
}

// firstRuns has sequential in a stage of its own where it takes long: its time is
// all delays, which hardly vary. Of a thousand it's computed (extrapolate).
func firstRuns(repetitions, n, delay int) []stage {
	first := func(contestant string) job {
		return job{Key: result.Key{Case: result.FirstRun, Contestant: contestant, N: n, DelayMS: delay}, state: endpoint.Empty, batch: batchSize, way: plain}
	}
	sides := stage{repetitions, []job{first(result.Floor), first(result.Function)}}
	switch {
	case delay > 0 && n >= 1000:
		return []stage{sides}
	case delay > 0 && n >= 100:
		return []stage{sides, {1, []job{first(result.Sequential)}}}
	}
	sides.jobs = append(sides.jobs, first(result.Sequential))
	return []stage{sides}
}

// laterRuns are what only the function can do.
func laterRuns(repetitions, n int) stage {
	st := stage{repetitions: repetitions}
	for _, delay := range []int{0, slow} {
		for _, c := range []struct {
			name  string
			state endpoint.State
		}{{result.Replay, endpoint.Kept}, {result.Repair, endpoint.Damaged}, {result.Alternative, endpoint.Foreign}} {
			st.jobs = append(st.jobs, job{Key: result.Key{Case: c.name, Contestant: result.Function, N: n, DelayMS: delay}, state: c.state, batch: batchSize, way: plain})
		}
	}
	return st
}

// together is a backlog as Lambda works it off with the deployed settings.
func together(repetitions, n int) stage {
	st := stage{repetitions: repetitions}
	for _, contestant := range []string{result.Floor, result.Function} {
		st.jobs = append(st.jobs, job{
			Key:   result.Key{Case: result.Together, Contestant: contestant, N: n, DelayMS: slow},
			state: endpoint.Empty, batch: batchSize, way: plain, processes: atOnce,
		})
	}
	return st
}

// ways compares names in the path with names in the host. There is no delay: what
// is compared is connections and processor time.
func ways(repetitions, n int) stage {
	st := stage{repetitions: repetitions}
	for _, c := range []struct {
		name string
		way  way
	}{{result.PathDirect, secure}, {result.PathTunnel, pathTunnel}, {result.Virtual, virtualTunnel}} {
		st.jobs = append(st.jobs, job{Key: result.Key{Case: c.name, Contestant: result.Function, N: n}, state: endpoint.Empty, batch: batchSize, way: c.way})
	}
	return st
}

// shares are two batches, of one message and of ten, with the share of a core that
// Lambda gives for so much memory.
func shares(repetitions int) stage {
	st := stage{repetitions: repetitions}
	for _, batch := range []int{1, batchSize} {
		for _, memoryMB := range []int{128, 256, 512, 1024, result.Core} {
			st.jobs = append(st.jobs, job{
				Key:   result.Key{Case: result.Memory, Contestant: result.Function, N: 2 * batch, DelayMS: slow, MemoryMB: memoryMB},
				state: endpoint.Empty, batch: batch, way: secure,
			})
		}
	}
	return st
}

// only leaves the jobs whose case is chosen.
func only(stages []stage, chosen func(name string) bool) (left []stage) {
	for _, st := range stages {
		part := stage{repetitions: st.repetitions}
		for _, j := range st.jobs {
			if chosen(j.Case) {
				part.jobs = append(part.jobs, j)
			}
		}
		if len(part.jobs) > 0 {
			left = append(left, part)
		}
	}
	return left
}
