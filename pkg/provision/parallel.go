package provision

import (
	"sync"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// parallel runs all tasks at once, waits for every one (a write is never cut off
// because another failed) and gives the first error in the tasks' order, but one
// that doesn't pass by itself before one that does. A panic is its task's error:
// in a goroutine it would end the process and with it the other records.
func parallel(tasks ...func() error) error {
	errs := make([]error, len(tasks))
	var wg sync.WaitGroup
	for i, task := range tasks {
		wg.Go(func() {
			defer fault.Catch(&errs[i])
			growStack(false)
			errs[i] = task()
		})
	}
	wg.Wait()
	var first error
	for _, err := range errs {
		switch {
		case err == nil:
		case fault.Of(err).Kind() != fault.Transient:
			return err
		case first == nil:
			first = err
		}
	}
	return first
}

// growStack makes room on a new goroutine's stack for the SDK's depths at once.
// Otherwise the runtime doubles it four times on the way down, and copies it each
// time, which took a tenth of the function's work. The room isn't used, and so
// isn't cleared either; a function's stack is there for all of its branches.
//
//go:noinline
func growStack(use bool) {
	if use {
		var room [28 << 10]byte
		touch(&room)
	}
}

//go:noinline
func touch(*[28 << 10]byte) {}
