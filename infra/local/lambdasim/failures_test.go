package lambdasim_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
	"github.com/fusionpos/orgbucket/infra/local/processtest"
)

func TestAPanicIsReportedAndTheNextInvocationGetsANewProcess(t *testing.T) {
	f := start(t, "function")
	before := pidOf(t, f, "pid")
	_, err := f.Invoke(t.Context(), []byte("panic out of luck"))
	var reported *lambdasim.FunctionError
	if !errors.As(err, &reported) || reported.Message != "out of luck" {
		t.Fatalf("got %#v", err)
	}
	// The process is still ending when its error arrives: this invocation must not fall into the gap.
	if after := pidOf(t, f, "pid"); after == before {
		t.Errorf("process %d went on after a panic", before)
	}
}

func TestAnExitInTheMiddleOfAnInvocationIsACrash(t *testing.T) {
	f := start(t, "function")
	_, err := f.Invoke(t.Context(), []byte("exit"))
	var crash *lambdasim.CrashError
	if !errors.As(err, &crash) || crash.Exit != "exit status 7" || !strings.Contains(err.Error(), "about to exit") {
		t.Fatalf("got %v", err)
	}
	if result := invoke(t, f, "pid"); !result.ColdStart {
		t.Error("no new process was started")
	}
}

func TestKillEndsTheProcessInTheMiddleOfAnInvocation(t *testing.T) {
	f := start(t, "function")
	before := pidOf(t, f, "pid")
	if n := f.Kill(); n != 0 {
		t.Errorf("%d processes killed that had no invocation", n)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := f.Invoke(t.Context(), []byte("sleep 1m"))
		ended <- err
	}()
	processtest.Eventually(t, "the invocation has begun", func() bool { return f.Kill() == 1 })
	// It is busy until its end was seen, but killed only once.
	for i := range 1000 {
		if n := f.Kill(); n != 0 {
			t.Fatalf("the process was counted again, %d calls later", i+1)
		}
	}
	var crash *lambdasim.CrashError
	if err := <-ended; !errors.As(err, &crash) || crash.Exit != "signal: killed" {
		t.Fatalf("got %v", err)
	}
	if after := pidOf(t, f, "pid"); after == before || !processtest.Gone(before) {
		t.Errorf("process %d, then %d", before, after)
	}
}

func TestAtTheDeadlineTheProcessIsKilled(t *testing.T) {
	f := start(t, "function", func(o *lambdasim.Options) { o.Timeout = 300 * time.Millisecond })
	before := pidOf(t, f, "pid")
	_, err := f.Invoke(t.Context(), []byte("sleep 1m"))
	var timeout *lambdasim.TimeoutError
	if !errors.As(err, &timeout) || timeout.After != 300*time.Millisecond {
		t.Fatalf("got %v", err)
	}
	if !processtest.Gone(before) {
		t.Error("the process outlived its deadline")
	}
	if after := pidOf(t, f, "pid"); after == before {
		t.Error("the process was used again")
	}
}

func TestAFailedInitIsTriedTwiceAndSaysWhatTheProcessSaid(t *testing.T) {
	tests := []struct {
		name, role, want string
	}{
		{"the process exits before its first next", "init exits", "exit status 3"},
		{"the process posts an init error", "init posts an error", "Runtime.BadSettings: no queue"},
		{"the process never asks for work", "init hangs", "didn't ask for work within 300ms"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			starts := 0
			f := start(t, test.role, func(o *lambdasim.Options) {
				o.InitTimeout = 300 * time.Millisecond
				if test.role != "init hangs" {
					o.InitTimeout = 10 * time.Second
				}
				o.Logs = func(line string) {
					if line == "reading settings" {
						starts++
					}
				}
			})
			_, err := f.Invoke(t.Context(), []byte("x"))
			var failed *lambdasim.InitError
			if !errors.As(err, &failed) || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v", err)
			}
			if starts != 2 || len(failed.LastLines) == 0 || failed.LastLines[0] != "reading settings" {
				t.Errorf("%d starts, last lines %q", starts, failed.LastLines)
			}
			processtest.Eventually(t, "no process is left", func() bool { return f.Processes() == 0 })
		})
	}
}

func TestABootstrapThatCannotBeExecutedIsNamed(t *testing.T) {
	script := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(script, []byte("not a program"), 0o700); err != nil {
		t.Fatal(err)
	}
	f := start(t, "", func(o *lambdasim.Options) { o.Bootstrap = script })
	_, err := f.Invoke(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), script) || !strings.Contains(err.Error(), "another processor") {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsLeftAfterClose(t *testing.T) {
	begun := make(chan struct{}, 1)
	f := start(t, "function", func(o *lambdasim.Options) {
		o.Logs = func(line string) {
			if line == "sleeping" {
				begun <- struct{}{}
			}
		}
	})
	parent, child := pidOf(t, f, "pid"), pidOf(t, f, "spawn")
	ended := make(chan error, 1)
	go func() {
		_, err := f.Invoke(context.Background(), []byte("sleep 1m"))
		ended <- err
	}()
	<-begun
	_ = f.Close()
	if err := <-ended; !errors.Is(err, lambdasim.ErrClosed) {
		t.Errorf("the invocation under way: %v", err)
	}
	processtest.Eventually(t, "the process and its child are gone", func() bool { return processtest.Gone(parent) && processtest.Gone(child) })
	if _, err := f.Invoke(t.Context(), nil); !errors.Is(err, lambdasim.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// host is a program that uses this package and dies without closing.
func host() {
	executable, _ := os.Executable()
	f, err := lambdasim.New(lambdasim.Options{Bootstrap: executable, Env: map[string]string{roleVariable: "function"}})
	if err != nil {
		panic(err)
	}
	result, err := f.Invoke(context.Background(), []byte("pid"))
	fmt.Println(string(result.Payload), err)
	time.Sleep(time.Minute)
}

func TestTheProcessDiesWithTheProgramThatStartedIt(t *testing.T) {
	processtest.EndsWithItsParent(t, roleVariable+"=host")
}
