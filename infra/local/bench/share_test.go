package main

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// TestAShareOfACoreIsKept has a process that never rests use a quarter of a core.
// What it may use too much is one glance's; a busy machine gives it less.
func TestAShareOfACoreIsKept(t *testing.T) {
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	busy := exec.Command(own, "busy")
	if err := busy.Start(); err != nil {
		t.Fatal(err)
	}
	defer busy.Wait()
	defer busy.Process.Kill()
	before, err := processorTime(busy.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	whole, err := limit(busy.Process.Pid, 0.25)
	if err != nil {
		t.Fatal(err)
	}
	for used := before; used-before < 50*time.Millisecond; {
		time.Sleep(period)
		if used, err = processorTime(busy.Process.Pid); err != nil {
			t.Fatal(err)
		}
	}
	took := time.Since(began)
	if err := whole(); err != nil {
		t.Error(err)
	}
	if least := 150 * time.Millisecond; took < least {
		t.Errorf("50 ms of processor time took %s, at least %s with a quarter of a core", took, least)
	}
}
