// Command bench measures the compiled function beside other ways to do its job, on
// one machine in one run: the same server, the same delay for each AWS call.
// docs/bench/README.md says what is measured and how to read it.
//
//	bench         measure, compare with the committed figures, replace them
//	bench serve   the server side, which bench starts by itself
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"

	"github.com/fusionpos/orgbucket/infra/local/bench/endpoint"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "serve" {
		if err := endpoint.Serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "bench serve:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ok, err := benchmark(ctx, parse())
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
	out         string // directory of the figures
	committed   string // file of the figures to compare with
	quick       bool
	only        *regexp.Regexp // cases
}

func parse() (o options) {
	flag.StringVar(&o.host, "host", "dist/bench/host", "`directory` of the contestants, compiled for this machine")
	flag.StringVar(&o.arm64, "arm64", "dist/bench/arm64", "`directory` of the contestants, compiled for arm64")
	flag.StringVar(&o.out, "out", "docs/bench", "`directory` of the figures")
	flag.StringVar(&o.committed, "committed", "docs/bench/bench.json", "`file` of the figures to compare with; none if it isn't there")
	flag.BoolVar(&o.quick, "quick", false, "a quick look: few organizations and repetitions; the figures aren't replaced")
	o.only = regexp.MustCompile("")
	flag.Func("case", "only cases that match this regular `expression`; the figures aren't replaced", func(text string) (err error) {
		o.only, err = regexp.Compile(text)
		return err
	})
	flag.Parse()
	return o
}

// whole tells whether everything is measured, so that the figures can be replaced.
func (o options) whole() bool { return !o.quick && o.only.String() == "" }

func (o options) sizes() sizes {
	if o.quick {
		return quick
	}
	return full
}
