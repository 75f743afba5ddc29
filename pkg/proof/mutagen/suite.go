package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// suite is the compiled tests of a package.
type suite struct {
	binary, folder, overlay string
	timeout                 time.Duration
	arguments               []string
	imported                string // the folders of the packages that are in it, one a line
}

// compile compiles a package's tests with the mutants, and runs them without any.
func compile(module, folder, dir, overlay string) (s suite, err error) {
	s = suite{
		binary: filepath.Join(dir, strings.ReplaceAll(folder, "/", "-")+".test"), folder: filepath.Join(module, folder), overlay: overlay,
		timeout: 10 * time.Minute, arguments: []string{"-test.failfast", "-test.skip", "Mutant"},
	}
	build := exec.Command("go", "test", "-c", "-trimpath", "-vet=off", "-overlay", overlay, "-o", s.binary, "./"+folder)
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		return s, fmt.Errorf("compile the tests of %s: %w\n%s", folder, err, out)
	}
	imports := exec.Command("go", "list", "-test", "-deps", "-f", "{{.Dir}}", "./"+folder)
	imports.Dir = module
	out, err := imports.Output()
	if err != nil {
		return s, fmt.Errorf("list what the tests of %s import: %w", folder, err)
	}
	s.imported = string(out)
	if out, _ := exec.Command(s.binary, "-help").CombinedOutput(); strings.Contains(string(out), "-rapid.nofailfile") {
		s.arguments = append(s.arguments, "-rapid.nofailfile") // a mutant's failures are nobody's regression
	}
	began := time.Now()
	if s.run(0) != survived {
		return s, fmt.Errorf("the tests of %s fail without a mutant", folder)
	}
	s.timeout = 10*time.Second + 5*time.Since(began)
	return s, nil
}

// imports reports whether a package, by its folder below the module, is in the suite.
// Its mutants can be noticed only then.
func (s suite) imports(folder string) bool {
	return slices.ContainsFunc(strings.Split(s.imported, "\n"), func(dir string) bool { return strings.HasSuffix(dir, "/"+folder) })
}

// run runs the tests with the n-th mutant. A mutant that needs gigabytes fails. What
// the tests compile by themselves has the mutants, too.
func (s suite) run(n int) judgement {
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", `ulimit -v 8000000; exec "$0" "$@"`, s.binary)
	cmd.Args = append(cmd.Args, s.arguments...)
	cmd.Dir = s.folder
	cmd.Env = append(os.Environ(), "MUTANT="+strconv.Itoa(n), "GOFLAGS=-overlay="+s.overlay)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	switch err := cmd.Run(); {
	case err == nil:
		return survived
	case ctx.Err() != nil:
		return timedOut
	}
	return killed
}
