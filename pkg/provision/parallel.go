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
