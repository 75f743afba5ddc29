package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
	"github.com/fusionpos/orgbucket/infra/local/bench/result"
)

// benchmark measures, and shows what came out. It is false if a count got worse.
func benchmark(ctx context.Context, o options) (ok bool, err error) {
	committed, compare, err := result.Read(o.committed)
	if err != nil {
		return false, err
	}
	now, err := measureAll(ctx, o)
	if err != nil {
		return false, err
	}
	fmt.Print("\n" + now.Table())
	ok = true
	if compare {
		differences := result.Compare(committed, now)
		fmt.Print("\n" + result.Beside(committed.Machine, differences))
		ok = !result.AnyWorse(differences)
	}
	fmt.Print("\n" + result.Report(now.Targets))
	if o.whole() {
		err = write(now, o.out)
	}
	return ok, err
}

// measureAll starts the server, makes all runs, and stops it.
func measureAll(ctx context.Context, o options) (d result.Document, err error) {
	own, err := os.Executable()
	if err != nil {
		return d, fmt.Errorf("find this program: %w", err)
	}
	aws, stop, err := endpoint.Launch(own, "serve")
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	dir, err := os.MkdirTemp("", "orgbucket-bench-")
	if err != nil {
		return d, fmt.Errorf("make a directory: %w", err)
	}
	defer os.RemoveAll(dir)
	bundle, systemRoots, err := writeBundle(dir, aws.Certificate)
	if err != nil {
		return d, err
	}
	progress := elapsed()
	if !systemRoots {
		progress("this system's root certificates weren't found: what is measured over TLS loads none")
	}
	b := &bench{aws: aws, binaries: o.host, bundle: bundle}
	return b.document(ctx, o, o.sizes(), progress)
}

// document makes all runs that the options ask for.
func (b *bench) document(ctx context.Context, o options, s sizes, progress func(string)) (d result.Document, err error) {
	d.Machine = machine()
	runs, err := b.run(ctx, only(plan(s), o.only.MatchString), progress)
	if err != nil {
		return d, err
	}
	if o.only.MatchString(result.Binary) {
		sized, err := binaries(o.host, o.arm64)
		if err != nil {
			return d, err
		}
		runs = append(sized, runs...)
	}
	if s.endurance > 0 && o.only.MatchString(result.Endurance) {
		progress(fmt.Sprintf("%s … (%d messages)", result.Endurance, s.endurance))
		long, memoryMB, err := b.endure(ctx, s.endurance)
		if err != nil {
			return d, err
		}
		runs, d.Memory = append(runs, long), memoryMB
	}
	if len(runs) == 0 {
		return d, fmt.Errorf("no case matches %q; docs/bench/README.md lists them", o.only)
	}
	if d.ConnectMS, err = connectCost(ctx, b.aws, 100); err != nil {
		return d, err
	}
	d.Rows = extrapolate(result.SumUp(runs))
	d.Targets = result.Judge(d)
	return d, nil
}

func write(d result.Document, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	if err := d.Write(filepath.Join(dir, "bench.json")); err != nil {
		return err
	}
	for _, delay := range []int{0, slow} {
		if err := d.WritePlot(filepath.Join(dir, fmt.Sprintf("first-run-%dms.svg", delay)), delay); err != nil {
			return err
		}
	}
	return nil
}

func machine() result.Machine {
	return result.Machine{
		Cores: runtime.NumCPU(), Processor: processor(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Date: time.Now().Format(time.DateOnly),
	}
}

// processor is its name, as Linux says it.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	_, rest, _ := strings.Cut(string(text), "model name")
	line, _, _ := strings.Cut(rest, "\n")
	_, name, _ := strings.Cut(line, ":")
	return strings.TrimSpace(name)
}
