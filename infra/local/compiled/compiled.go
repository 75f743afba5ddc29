// Package compiled builds the function, the operators' tool, the acceptance run and the
// benchmark's contestants for tests, with the flags of the Makefile but for the machine that
// the tests run on.
package compiled

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Function builds the function into dir and returns the executable's path. It
// must be called from within the module infra/local, by way of which it finds
// the sources; what is compiled once comes from Go's cache.
func Function(dir string) (path string, err error) {
	return build(filepath.Join(dir, "bootstrap"), product, "./functions/provision-bucket", "-tags", "lambda.norpc,nethttpomithttp2")
}

// Audit builds the function that audits, as Function does.
func Audit(dir string) (path string, err error) {
	return build(filepath.Join(dir, "audit"), product, "./functions/audit-buckets", "-tags", "lambda.norpc,nethttpomithttp2")
}

// Contestant builds what the benchmark holds the function to, as Function does.
func Contestant(dir, name string) (path string, err error) {
	return build(filepath.Join(dir, "bootstrap"), product+"/infra/local", "./bench/contestants/"+name, "-tags", "lambda.norpc")
}

// Tool builds the operators' tool, as Function does.
func Tool(dir string) (path string, err error) {
	return build(filepath.Join(dir, "orgbucket"), product, "./cmd/orgbucket")
}

// Accept builds the acceptance run, as Function does.
func Accept(dir string) (path string, err error) {
	return build(filepath.Join(dir, "accept"), product, "./infra/accept")
}

// product is the function's and the tool's module.
const product = "github.com/fusionpos/orgbucket"

func build(path, module, target string, flags ...string) (string, error) {
	root, err := run("go", "list", "-m", "-f", "{{.Dir}}", module)
	if err != nil {
		return "", fmt.Errorf("find the module of %s: %w", target, err)
	}
	args := append([]string{"-C", root, "build", "-trimpath", "-ldflags", "-s -w", "-o", path}, flags...)
	if _, err = run("go", append(args, target)...); err != nil {
		return "", fmt.Errorf("build %s: %w", target, err)
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

// run returns a command's output. The error has what it wrote.
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
