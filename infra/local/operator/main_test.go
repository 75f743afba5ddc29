// Package operator_test runs the compiled operators' tool against the local
// system, as an operator would.
package operator_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
)

// tool, bootstrap and nodeModules are found before any server changes the working directory.
var tool, bootstrap, nodeModules string

func TestMain(m *testing.M) { os.Exit(withPrograms(m.Run)) }

// withPrograms compiles the tool and the function.
func withPrograms(run func() int) int {
	dir, err := os.MkdirTemp("", "orgbucket-operator-")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		tool, err = compiled.Tool(dir)
	}
	if err == nil {
		bootstrap, err = compiled.Function(dir)
	}
	if err == nil {
		nodeModules, err = compiled.NodeModules()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return run()
}
