//go:build !linux

package main

import (
	"errors"
	"time"
)

var errNotLinux = errors.New("processor time and memory of another process are read on Linux only")

func processorTime(int) (time.Duration, error) { return 0, errNotLinux }

func memory(int) (now, peak float64, err error) { return 0, 0, errNotLinux }
