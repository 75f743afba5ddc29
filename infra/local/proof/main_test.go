package proof

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// What is run. Without flags it's a sample.
var (
	every    = flag.Int("every", 23, "run one of so many `combinations`; 1 runs all")
	mutate   = flag.Bool("mutants", false, "run all mutants, not just the first")
	onlyPath = flag.String("path", "", "run this path only")
	onlyCall = flag.String("call", "", "break this call only, as reports name it")
	onlyHow  = flag.String("defect", "", "break calls in this way only; none: break nothing")
	onlyMode = flag.String("mode", "", "break calls for this long only")
	function = flag.String("bootstrap", "", "run this executable instead of the function's source")
)

// The system's settings. Everything is as short as a delivery of a busy machine allows.
const (
	receives   = 3
	timeout    = 6 * time.Second
	visibility = 7 * time.Second
	processes  = 12
)

// here is the package's directory, which isn't the working directory while S3 runs.
var here string

// theWorld is the one system that all runs share.
var theWorld *world

func TestMain(m *testing.M) {
	flag.Parse()
	if *every < 1 {
		fmt.Fprintf(os.Stderr, "-every %d: it's one of so many, at least 1\n", *every)
		os.Exit(2)
	}
	code, err := withWorld(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if testing.Verbose() || *mutate {
		fmt.Print(total.String())
	}
	os.Exit(code)
}

func withWorld(run func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "orgbucket-proof-")
	if err != nil {
		return 1, fmt.Errorf("make a directory for the function: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if here, err = filepath.Abs("."); err != nil {
		return 1, err
	}
	bootstrap := *function
	if bootstrap == "" {
		if bootstrap, err = compiled.Function(dir); err != nil {
			return 1, err
		}
	}
	modules, err := compiled.NodeModules()
	if err != nil {
		return 1, err
	}
	s, err := system.Start(context.Background(), system.Options{
		Bootstrap: bootstrap, NodeModules: modules, ServerLog: io.Discard, Trouble: total.trouble,
		FunctionTimeout: timeout, VisibilityTimeout: visibility, MaxReceiveCount: receives, Concurrency: processes,
	})
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if theWorld, err = newWorld(ctx, s); err != nil {
		return 1, err
	}
	return run(), nil
}
