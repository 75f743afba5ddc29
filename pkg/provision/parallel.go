package provision

import (
	"sync"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// parallel runs all tasks concurrently and waits for every one, so that no write is
// cut off because another task failed. It returns the first error in the tasks'
// order; an error that isn't transient comes before those that are. A panic becomes
// its task's error: in a goroutine it would end the process with all other records.
func parallel(tasks ...func() error) error {
	errs := make([]error, len(tasks))
	var wg sync.WaitGroup
	for i, task := range tasks {
		wg.Go(func() {
			defer fault.Catch(&errs[i])
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

// background runs a task that only reads, and returns a function that waits for it. If
// nobody waits, the task ends with its context.
func background(task func() error) (wait func() error) {
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		defer fault.Catch(&err)
		err = task()
	}()
	return func() error { return <-done }
}
