// Command bench measures the compiled function beside other ways to do its job, on
// one machine in one run: the same server, the same delay for each AWS call.
// docs/bench/README.md says what is measured and how to read it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"syscall"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var o options
	o.register(flag.CommandLine)
	flag.Parse()
	ok, err := o.benchmark(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// options are the command's flags.
type options struct {
	host, arm64 string // directories of the contestants, compiled
	quick       bool
	only        *regexp.Regexp // cases; nil is all
}

func (o *options) register(flags *flag.FlagSet) {
	flags.StringVar(&o.host, "host", "dist/bench/host", "`directory` of the contestants, compiled for this machine")
	flags.StringVar(&o.arm64, "arm64", "dist/bench/arm64", "`directory` of the contestants, compiled for arm64")
	flags.BoolVar(&o.quick, "quick", false, "few repetitions")
	flags.Func("case", "only cases whose name matches this regular `expression`", func(text string) (err error) {
		o.only, err = regexp.Compile(text)
		return err
	})
}

// chosen returns the cases that the options ask for.
func (o *options) chosen() (chosen []testCase) {
	for _, c := range cases {
		if o.only != nil && !o.only.MatchString(c.name) {
			continue
		}
		if o.quick {
			c.repetitions = c.quick
		}
		chosen = append(chosen, c)
	}
	return chosen
}

// benchmark measures and shows the figures. It returns false if the function
// missed a bound that doesn't depend on the machine.
func (o *options) benchmark(ctx context.Context) (ok bool, err error) {
	chosen := o.chosen()
	if len(chosen) == 0 {
		return false, fmt.Errorf("no case matches %q; docs/bench/README.md lists them", o.only)
	}
	aws, err := endpoint.Start()
	if err != nil {
		return false, err
	}
	defer aws.Close()
	b := &bench{aws: aws, host: o.host, arm64: o.arm64}
	var rows []row
	for _, c := range chosen {
		fmt.Fprintf(os.Stderr, "%s … (%d organizations, %d repetitions)\n", c.name, c.organizations, c.repetitions)
		runs, err := b.run(ctx, c)
		if err != nil {
			return false, err
		}
		rows = append(rows, sumUp(c, runs)...)
	}
	report, ok := judge(rows)
	fmt.Printf("\n%s, %s/%s, %d cores, %s; in parentheses: × the floor's\n\n%s\n%s", time.Now().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), table(rows), report)
	return ok, nil
}
