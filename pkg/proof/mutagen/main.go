// Command mutagen measures what the tests of the function's packages notice. It
// changes every condition, constant, statement, error and pair of arguments, one at
// a time, and counts the changes that no test fails for. All of them are compiled
// at once, beside the source, which stays as it is; one is switched on in a run.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// packages are those of the function.
var packages = []string{"arn", "bucket", "config", "fault", "function", "org", "outcome", "policy", "provision", "rawjson", "s3store", "sqsbatch"}

// users are the suites that judge what a package's own tests don't notice, the fastest first.
var users = []string{"pkg/bucket", "pkg/function", "pkg/s3store", "pkg/sqsbatch", "functions/provision-bucket", "pkg/provision", "pkg/proof"}

// enough is the share that has to be noticed, in percent.
const enough = 95

func main() {
	only := flag.String("packages", strings.Join(packages, " "), "mutate these packages below pkg")
	every := flag.Int("every", 1, "take every n-th mutant")
	flag.Parse()
	var folders []string
	for _, name := range strings.Fields(*only) {
		folders = append(folders, "pkg/"+name)
	}
	r, err := measure(".", folders, users, *every, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutagen:", err)
		os.Exit(1)
	}
	if !r.print(os.Stdout, folders) {
		os.Exit(1)
	}
}

// measure runs the tests with each mutant.
func measure(module string, folders, users []string, every int, log io.Writer) (*results, error) {
	module, err := filepath.Abs(module)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "mutagen")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	all, overlay, err := mutate(module, folders, dir)
	if err != nil {
		return nil, err
	}
	suites := map[string]suite{}
	for _, folder := range slices.Concat(folders, users) {
		if _, ok := suites[folder]; !ok {
			if suites[folder], err = compile(module, folder, dir, overlay); err != nil {
				return nil, err
			}
		}
	}
	fmt.Fprintf(log, "%d mutants, of which every %d. is tried …\n", len(all), every)
	try := func(i int) judgement {
		own := all[i].folder
		j := suites[own].run(i + 1)
		for _, user := range users {
			if j == survived && user != own && suites[user].imports(own) {
				j = suites[user].run(i + 1)
			}
		}
		return j
	}
	return each(all, every, try, log), nil
}

// judgement is what became of a mutant.
type judgement int

const (
	survived judgement = iota
	killed
	timedOut
)

// results are the judgements by package.
type results struct {
	mu        sync.Mutex
	counts    map[string]*[3]int
	survivors []mutant
}

// each tries the mutants, as many at once as there are processors.
func each(all []mutant, every int, try func(int) judgement, log io.Writer) *results {
	r := &results{counts: map[string]*[3]int{}}
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.NumCPU() {
		wg.Go(func() {
			for i := range next {
				r.count(all[i], try(i), log)
			}
		})
	}
	began := time.Now()
	for i := 0; i < len(all); i += every {
		if i/every%100 == 99 {
			fmt.Fprintf(log, "… %d of %d after %s\n", i+1, len(all), time.Since(began).Round(time.Second))
		}
		next <- i
	}
	close(next)
	wg.Wait()
	return r
}

func (r *results) count(m mutant, j judgement, log io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts[m.folder] == nil {
		r.counts[m.folder] = new([3]int)
	}
	r.counts[m.folder][j]++
	switch j {
	case survived:
		r.survivors = append(r.survivors, m)
		fmt.Fprintln(log, "survived:", m)
	case timedOut:
		fmt.Fprintln(log, "timed out:", m)
	}
}

// print writes the shares and the survivors, and reports whether enough was noticed.
func (r *results) print(to io.Writer, folders []string) bool {
	slices.SortFunc(r.survivors, func(a, b mutant) int { return strings.Compare(a.String(), b.String()) })
	fmt.Fprintf(to, "\n%-16s %8s %8s %10s %9s %7s\n", "package", "mutants", "killed", "timed out", "survived", "share")
	var sum [3]int
	share := func(name string, c [3]int) float64 {
		all := c[survived] + c[killed] + c[timedOut]
		percent := 100 * float64(all-c[survived]) / float64(max(1, all))
		fmt.Fprintf(to, "%-16s %8d %8d %10d %9d %6.1f%%\n", name, all, c[killed], c[timedOut], c[survived], percent)
		return percent
	}
	for _, folder := range folders {
		if c := r.counts[folder]; c != nil {
			share(folder, *c)
			for i, n := range c {
				sum[i] += n
			}
		}
	}
	total := share("all", sum)
	fmt.Fprintln(to)
	for _, m := range r.survivors {
		fmt.Fprintln(to, "survived:", m)
	}
	return total >= enough
}
