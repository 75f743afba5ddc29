package doctor

import "sync/atomic"

// shared asks when the first check wants to know, and gives all of them the same
// answer. It's sync.OnceValues with a channel to wait at: a wait for a mutex would
// keep a test's virtual time from going on.
func shared[V any](ask func() (V, error)) func() (V, error) {
	var (
		begun atomic.Bool
		value V
		err   error
	)
	answered := make(chan struct{})
	return func() (V, error) {
		if begun.CompareAndSwap(false, true) {
			value, err = ask()
			close(answered)
		}
		<-answered
		return value, err
	}
}
