package proof

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/proof"
)

const (
	// atOnce is how many runs share the system.
	atOnce = 64
	// wave is how many processes are killed before anything is redelivered: a kill
	// takes only its own batch along then.
	wave = 8
	// patience ends a run that nothing is heard of any more.
	patience = 5 * time.Minute
)

// TestRealServers breaks the calls of every path, on real servers.
func TestRealServers(t *testing.T) {
	t.Parallel() // beside the mutants
	var chosen []*path
	for _, p := range paths() {
		if asked(*onlyPath, p.name) {
			chosen = append(chosen, p)
		}
	}
	if len(chosen) == 0 {
		t.Fatalf("no path is called %q", *onlyPath)
	}
	calls := learn(t, chosen)
	if *onlyHow == nothing {
		return
	}
	if t.Failed() {
		t.Fatal("paths fail with nothing broken; nothing more is tried")
	}
	all := combinations(chosen, calls)
	if len(all) == 0 {
		t.Fatal("the flags leave nothing to be broken")
	}
	calm := slices.DeleteFunc(slices.Clone(all), func(c combination) bool { return c.kill })
	killing := slices.DeleteFunc(slices.Clone(all), func(c combination) bool { return !c.kill })
	beside(t, calm)
	inWaves(t, killing)
	settled(t)
	if len(chosen) == len(paths()) && *onlyCall == "" && *onlyHow == "" && *onlyMode == "" {
		comesByAll(t)
		if len(killing) > 0 && total.kills == 0 {
			t.Errorf("no process was killed in %d runs that were to", len(killing))
		}
	}
}

// learn plays each path with nothing broken and gives the calls that it made until
// its good outcome, each kind's first two.
func learn(t *testing.T, chosen []*path) map[*path][]string {
	calls := map[*path][]string{}
	var mu sync.Mutex
	var running sync.WaitGroup
	for _, p := range chosen {
		running.Go(func() {
			r := newRun(theWorld, combination{path: p, defect: defect{name: nothing}})
			playOne(t, r)
			firsts := slices.DeleteFunc(slices.Clone(r.first()), func(name string) bool {
				return !strings.HasSuffix(name, " #1") && !strings.HasSuffix(name, " #2")
			})
			slices.Sort(firsts) // some are made side by side, and the sample shall be the same every time
			mu.Lock()
			defer mu.Unlock()
			calls[p] = firsts
		})
	}
	running.Wait()
	return calls
}

func playOne(t *testing.T, r *run) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r.play(ctx)
	select {
	case <-r.broken:
	default:
		if r.call != "" {
			t.Errorf("nothing was broken: the call wasn't made\n  %s\n  again: %s", r, r.again())
		}
	}
	total.add(t, r)
}

// beside plays many combinations at once in the one system.
func beside(t *testing.T, all []combination) {
	slots := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	for _, c := range all {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			playOne(t, newRun(theWorld, c))
		})
	}
	running.Wait()
}

// inWaves plays combinations that kill: one kill after the other, while those whose
// processes were killed wait for their redelivery.
func inWaves(t *testing.T, all []combination) {
	for some := range slices.Chunk(all, wave) {
		var running sync.WaitGroup
		for _, c := range some {
			r, ended := newRun(theWorld, c), make(chan struct{})
			running.Go(func() {
				defer close(ended)
				playOne(t, r)
			})
			select {
			case <-r.broken:
			case <-ended:
			}
		}
		running.Wait()
	}
}

// settled sees that no message is left in the queue.
func settled(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := theWorld.Settled(ctx); err != nil {
		t.Errorf("violation of %s: %v", proof.NothingLost, err)
	}
	total.with(func() {
		for _, what := range total.strays {
			t.Errorf("violation of %s: %s, which is no organization's", proof.NoWriteUnproved, what)
		}
		for _, err := range total.troubles {
			t.Logf("trouble: %v", err)
		}
	})
}

// comesByAll sees that the sample has each path and each way to break a call.
func comesByAll(t *testing.T) {
	broken := map[string]bool{}
	for call := range total.calls {
		name, _, _ := strings.Cut(call, ": ")
		broken[name] = true
	}
	for _, p := range paths() {
		if !broken[p.name] {
			t.Errorf("no call of the path %q was broken", p.name)
		}
	}
	for _, d := range defects() {
		for _, mode := range d.modes() {
			if way := (combination{defect: d, mode: mode}).way(); !total.ways[way] {
				t.Errorf("no call was broken by %q", way)
			}
		}
	}
}
