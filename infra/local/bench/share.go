package main

import (
	"fmt"
	"sync"
	"syscall"
	"time"
)

// Lambda counts a function's processor time in periods of 20 ms.
const (
	period = 20 * time.Millisecond
	glance = 250 * time.Microsecond // how often it's looked whether the share is used up
)

// limit lets a process have a share of one core: it's stopped whenever it has used
// up its share of the time so far, and goes on in a later period. What it used too
// much it pays back. whole ends that, and tells of what went wrong meanwhile.
func limit(pid int, share float64) (whole func() error, err error) {
	l := &limiter{pid: pid, share: share}
	if l.used, err = processorTime(pid); err != nil {
		return nil, err
	}
	ended, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- l.run(ended) }()
	return sync.OnceValue(func() error { close(ended); return <-done }), nil
}

type limiter struct {
	pid     int
	share   float64
	used    time.Duration // processor time that is accounted for
	left    time.Duration // of this period's share; below zero is a debt
	stopped bool
}

func (l *limiter) run(ended <-chan struct{}) (err error) {
	periods, glances := time.NewTicker(period), time.NewTicker(glance)
	defer periods.Stop()
	defer glances.Stop()
	for err == nil {
		select {
		case <-ended:
			return l.signal(false)
		case <-periods.C:
			// A share isn't saved up.
			allowance := time.Duration(float64(period) * l.share)
			l.left = min(l.left+allowance, allowance)
		case <-glances.C:
		}
		err = l.settle()
	}
	return err
}

// settle takes in what the process has used, and stops it or lets it go on.
func (l *limiter) settle() error {
	now, err := processorTime(l.pid)
	if err != nil {
		return err
	}
	l.left -= now - l.used
	l.used = now
	return l.signal(l.left <= 0)
}

func (l *limiter) signal(stop bool) error {
	if stop == l.stopped {
		return nil
	}
	l.stopped = stop
	s := syscall.SIGCONT
	if stop {
		s = syscall.SIGSTOP
	}
	if err := syscall.Kill(l.pid, s); err != nil {
		return fmt.Errorf("stop process %d, or let it go on: %w", l.pid, err)
	}
	return nil
}
