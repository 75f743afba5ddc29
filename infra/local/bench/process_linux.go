package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// processorTime is the user and system time of a running process, with threads
// that have ended. Clocks of other processes are numbered as glibc's
// clock_getcpuclockid does, by the complement of the process's id.
func processorTime(pid int) (time.Duration, error) {
	const allThreads = 2 // CPUCLOCK_SCHED of the kernel, for the whole process
	var now unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|allThreads), &now); err != nil {
		return 0, fmt.Errorf("read the processor time of process %d: %w", pid, err)
	}
	return time.Duration(now.Nano()), nil
}

// memory is the resident memory of a process now and at its largest, in units of
// 1024². The peak of wait4's rusage would have this program's own in it.
func memory(pid int) (now, peak float64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, fmt.Errorf("read the memory of process %d: %w", pid, err)
	}
	field := func(name string) float64 {
		_, rest, _ := strings.Cut(string(text), name+":")
		line, _, _ := strings.Cut(rest, "kB")
		kilobytes, badly := strconv.ParseFloat(strings.TrimSpace(line), 64)
		if badly != nil {
			err = fmt.Errorf("read the memory of process %d: no %s", pid, name)
		}
		return kilobytes / 1024
	}
	return field("VmRSS"), field("VmHWM"), err
}
