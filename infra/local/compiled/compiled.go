// Package compiled builds the function for tests, with the flags of `make build`
// but for the machine that the tests run on.
package compiled

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Function builds the function into dir and gives the executable's path. It
// must be called from within the module infra/local, by way of which it finds
// the sources; what is compiled once comes from Go's cache.
func Function(dir string) (path string, err error) {
	root, err := run("go", "list", "-m", "-f", "{{.Dir}}", "github.com/fusionpos/orgbucket")
	if err != nil {
		return "", fmt.Errorf("find the function's module: %w", err)
	}
	path = filepath.Join(dir, "bootstrap")
	_, err = run("go", "-C", root, "build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", path, "./functions/provision-bucket")
	if err != nil {
		return "", fmt.Errorf("build the function: %w", err)
	}
	return path, nil
}

// NodeModules is where fauxqs is installed.
func NodeModules() (dir string, err error) {
	module, err := run("go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return "", fmt.Errorf("find this module: %w", err)
	}
	return filepath.Join(module, "node_modules"), nil
}

// run gives a command's output; the error has what it wrote.
func run(name string, args ...string) (string, error) {
	command := exec.Command(name, args...)
	command.Env = append(command.Environ(), "CGO_ENABLED=0")
	output, err := command.CombinedOutput()
	text := strings.TrimSpace(string(output))
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, text)
	}
	return text, nil
}
