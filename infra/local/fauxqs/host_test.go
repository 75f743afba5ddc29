package fauxqs_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
)

// hostVariable makes this test binary a program that starts a server and dies without closing it.
const hostVariable = "MESSAGING_TEST_HOST"

func TestMain(m *testing.M) {
	if os.Getenv(hostVariable) == "" {
		os.Exit(m.Run())
	}
	server, err := fauxqs.Start(context.Background(), fauxqs.Options{NodeModules: nodeModules})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(server.Pid())
	time.Sleep(time.Minute)
}

func TestTheServerEndsWithTheProgramThatStartedIt(t *testing.T) {
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.Command(executable)
	program.Env = append(os.Environ(), hostVariable+"=1")
	output, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(output).ReadString('\n')
	var pid int
	if _, err := fmt.Sscan(line, &pid); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	_ = program.Process.Kill()
	_ = program.Wait()
	for end := time.Now().Add(10 * time.Second); !gone(pid); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("process %d outlived its parent", pid)
		}
	}
}

// gone reports whether there is no such process; one that only waits to be reaped counts as gone.
func gone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	var number int
	var name, state string
	_, _ = fmt.Sscan(string(status), &number, &name, &state)
	return state == "Z"
}
