package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
}

// compile compiles a package's tests with the mutants, and runs them without any.
func compile(module, folder, dir, overlay string) (s suite, err error) {
	s = suite{filepath.Join(dir, strings.ReplaceAll(folder, "/", "-")+".test"), filepath.Join(module, folder), overlay, 10 * time.Minute, []string{"-test.failfast", "-test.skip", "Mutant"}}
	build := exec.Command("go", "test", "-c", "-trimpath", "-vet=off", "-overlay", overlay, "-o", s.binary, "./"+folder)
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		return s, fmt.Errorf("compile the tests of %s: %w\n%s", folder, err, out)
	}
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
