package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
	"github.com/fusionpos/orgbucket/infra/local/bench/result"
	"github.com/fusionpos/orgbucket/infra/local/compiled"
)

// TestMain makes this test binary the server as well, as the command is.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "serve" {
		if err := endpoint.Serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) == 2 && os.Args[1] == "busy" {
		for {
			runtime.Gosched()
		}
	}
	os.Exit(withDirectory(m))
}

// compiledInto is where the contestants get compiled, once for all tests.
var compiledInto string

func withDirectory(m *testing.M) int {
	dir, err := os.MkdirTemp("", "bench-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	compiledInto = dir
	return m.Run()
}

var contestants = sync.OnceValue(func() error {
	_, err := compiled.Function(filepath.Join(compiledInto, result.Function))
	for _, name := range []string{result.Floor, result.Sequential, result.Bare} {
		if err == nil {
			_, err = compiled.Contestant(filepath.Join(compiledInto, name), name)
		}
	}
	return err
})

// prepared is a bench with everything that it needs.
func prepared(t *testing.T) *bench {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	aws, stop, err := endpoint.Launch(own, "serve")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("the server: %v", err)
		}
	})
	bundle, _, err := writeBundle(t.TempDir(), aws.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if err := contestants(); err != nil {
		t.Fatal(err)
	}
	return &bench{aws: aws, binaries: compiledInto, bundle: bundle}
}

// TestEveryContestantMakesTheCallsThatItIsSaidTo is the whole way with compiled
// contestants. There is a delay, since calls that overlap are told from calls
// that follow each other only if they take a while.
func TestEveryContestantMakesTheCallsThatItIsSaidTo(t *testing.T) {
	b := prepared(t)
	for _, c := range []struct {
		name, contestant string
		state            endpoint.State
		calls            float64
		depth            float64
		writes           float64
	}{
		{result.FirstRun, result.Floor, endpoint.Empty, 5, 4, 8},
		{result.FirstRun, result.Sequential, endpoint.Empty, 6, 6, 10},
		{result.FirstRun, result.Function, endpoint.Empty, anyNumber, 5, 8},
		{result.Replay, result.Function, endpoint.Kept, anyNumber, 3, 0},
		{result.Repair, result.Function, endpoint.Damaged, anyNumber, 5, 4},
		{result.Alternative, result.Function, endpoint.Foreign, anyNumber, 6, 12},
	} {
		t.Run(c.name+" of "+c.contestant, func(t *testing.T) {
			j := job{Key: result.Key{Case: c.name, Contestant: c.contestant, N: 2, DelayMS: 30}, state: c.state, batch: batchSize, way: plain}
			run := leastDeep(t, b, j, c.depth)
			v := run.Values
			if c.calls != anyNumber && v[result.CallsPerOrg] != c.calls {
				t.Errorf("%.4g calls for each organization, want %.4g: %v", v[result.CallsPerOrg], c.calls, run.Calls)
			}
			if v[result.Depth] > c.depth || v[result.Writes] != c.writes {
				t.Errorf("%.4g deep with %.4g writes, want %.4g and %.4g: %v", v[result.Depth], v[result.Writes], c.depth, c.writes, run.Calls)
			}
			for _, name := range []string{result.Init, result.Invoke, result.CPU, result.RSS, result.FirstCall, result.Connections, result.BytesIn, result.BytesOut} {
				if v[name] <= 0 {
					t.Errorf("%s is %v", name, v[name])
				}
			}
			if least := c.depth * 30; v[result.Invoke] < least-1 || v[result.Wall] < v[result.Invoke] {
				t.Errorf("%v ms, and %v ms in all, for %v calls of 30 ms one after the other", v[result.Invoke], v[result.Wall], c.depth)
			}
		})
	}
}

const anyNumber = -1

// leastDeep repeats a job until it's as little deep as it shall be, at most five
// times: on a busy machine a call may begin late, and then follow one that it
// doesn't wait for.
func leastDeep(t *testing.T, b *bench, j job, depth float64) (run result.Run) {
	t.Helper()
	for i := range 5 {
		var err error
		if run, err = b.repeat(t.Context(), j, i); err != nil {
			t.Fatal(err)
		}
		if run.Values[result.Depth] <= depth {
			break
		}
	}
	return run
}

// TestTheOthersDoTheWholeJob has the function look at what the others made: it
// finds nothing to do. So their fewer calls aren't fewer because something is missing.
func TestTheOthersDoTheWholeJob(t *testing.T) {
	b := prepared(t)
	for _, contestant := range []string{result.Floor, result.Sequential} {
		t.Run(contestant, func(t *testing.T) {
			j := job{Key: result.Key{Case: result.FirstRun, Contestant: contestant, N: 2}, state: endpoint.Empty, batch: batchSize, way: plain}
			if _, err := b.measure(t.Context(), j, 0); err != nil {
				t.Fatal(err)
			}
			j.Contestant, j.state = result.Function, endpoint.Kept
			run, err := b.measure(t.Context(), j, 0)
			if err != nil {
				t.Fatal(err)
			}
			if run.Values[result.Writes] != 0 || run.Calls["Publish"] != 1 {
				t.Errorf("the function's calls afterwards: %v", run.Calls)
			}
		})
	}
}
