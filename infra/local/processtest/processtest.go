// Package processtest has what tests of other programs' processes share.
package processtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// EndsWithItsParent runs this test binary with a variable that makes it a program
// which starts a process, prints its id, and stays. It kills the program, which can
// then end nothing any more, and waits until the process is gone.
func EndsWithItsParent(t *testing.T, variable string) {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.Command(executable)
	program.Env = append(os.Environ(), variable)
	output, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(output).ReadString('\n')
	_ = program.Process.Kill()
	_ = program.Wait()
	var pid int
	if _, err := fmt.Sscan(line, &pid); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	Eventually(t, fmt.Sprintf("process %d is gone like its parent", pid), func() bool { return Gone(pid) })
}

// Eventually polls for ten seconds until the condition holds.
func Eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if condition() {
			return
		}
	}
	t.Fatalf("never came true: %s", what)
}

// Gone reports whether there is no such process; one that has ended and wasn't
// reaped by its new parent counts as gone.
func Gone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && bytes.Contains(status, []byte(") Z "))
}
