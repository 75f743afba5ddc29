package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// sizes enters the sizes of a contestant's executables.
func (b *bench) sizes(contestant string, v values) error {
	for name, directory := range map[string]string{size: b.host, sizeArm64: b.arm64} {
		info, err := os.Stat(filepath.Join(directory, contestant, "bootstrap"))
		if err != nil {
			return fmt.Errorf("size of the executable: %w", err)
		}
		v[name] = float64(info.Size())
	}
	return nil
}

// peak is the resident memory of a process at its largest, in units of 1024²
// bytes, as Linux tells it. The peak of wait4's rusage would include this program's own.
func peak(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("read the memory of process %d: %w", pid, err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	line, _, _ := strings.Cut(rest, "kB")
	kilobytes, err := strconv.ParseFloat(strings.TrimSpace(line), 64)
	if err != nil {
		return 0, fmt.Errorf("read the memory of process %d: %w", pid, err)
	}
	return kilobytes / 1024, nil
}
