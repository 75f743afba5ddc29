// Package operator_test runs the compiled operators' tool against the local
// system, as an operator would.
package operator_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
)

// tool, bootstrap and nodeModules are found before any server changes the working directory.
var tool, bootstrap, nodeModules string

// server has the queues of all tests, each with names of its own.
var server *fauxqs.Server

func TestMain(m *testing.M) {
	// Most of the time is waiting: for redeliveries, rates and empty receives.
	if err := flag.Set("test.parallel", "8"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code, err := withPrograms(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// withPrograms compiles the tool and the function, and starts the queue server.
func withPrograms(run func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "orgbucket-operator-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if tool, err = compiled.Tool(dir); err != nil {
		return 1, err
	}
	if bootstrap, err = compiled.Function(dir); err != nil {
		return 1, err
	}
	if nodeModules, err = compiled.NodeModules(); err != nil {
		return 1, err
	}
	if server, err = fauxqs.Start(context.Background(), fauxqs.Options{NodeModules: nodeModules, Log: io.Discard}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	return run(), nil
}
