package lambdasim

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// MaxPayloadBytes is the most that Lambda passes to a function in one synchronous invocation
// (Lambda quotas, "Invocation payload").
const MaxPayloadBytes = 6 * 1024 * 1024

// Result is the result of an invocation.
type Result struct {
	RequestID string
	Payload   []byte // the function's answer, byte for byte
	ColdStart bool   // a process was started for this invocation
}

// Invoke hands one event to the function and waits for the answer. When all environments are busy it waits for one.
//
// Errors are *FunctionError, *CrashError, *TimeoutError and *InitError for what the function did, ErrPayloadTooLarge,
// ErrClosed, or the context's. Nothing is invoked twice. A context that ends ends the waiting only: an invocation
// that has begun goes on, as in Lambda when the caller hangs up.
func (f *Function) Invoke(ctx context.Context, payload []byte) (Result, error) {
	if len(payload) > MaxPayloadBytes {
		return Result{}, fmt.Errorf("invoke with an event of %d bytes: %w", len(payload), ErrPayloadTooLarge)
	}
	if err := f.enter(ctx); err != nil {
		return Result{}, err
	}
	type answer struct {
		result Result
		err    error
	}
	done := make(chan answer, 1)
	go func() {
		defer f.leave()
		result, err := f.serve(payload)
		done <- answer{result, err}
	}()
	select {
	case a := <-done:
		return a.result, a.err
	case <-ctx.Done():
		return Result{}, fmt.Errorf("wait for the function's answer: %w", ctx.Err())
	}
}

// enter takes one of the slots that bound the concurrency.
func (f *Function) enter(ctx context.Context) error {
	select {
	case f.slots <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait for a free environment: %w", ctx.Err())
	case <-f.closing:
		return ErrClosed
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		<-f.slots
		return ErrClosed
	}
	// Under the lock, so that Close can't start to wait between its look at closed and this.
	f.calls.Add(1)
	return nil
}

func (f *Function) leave() {
	<-f.slots
	f.calls.Done()
}

// serve finds an environment and runs one invocation in it.
func (f *Function) serve(payload []byte) (Result, error) {
	for {
		env, cold, err := f.acquire()
		if err != nil {
			return Result{}, err
		}
		inv := newInvocation(payload, time.Now().Add(f.opts.Timeout))
		err = env.run(inv, f.opts.Timeout)
		f.release(env)
		if errors.Is(err, errNotTaken) {
			// A warm process may have ended since its last answer, or be about to. It never saw this event, so that
			// another one may have it; with a new process that would go on for ever.
			if !cold {
				continue
			}
			err = env.crash(inv)
		}
		if err != nil && f.isClosed() {
			err = ErrClosed
		}
		return Result{RequestID: inv.id, Payload: inv.response, ColdStart: cold}, err
	}
}

// acquire returns a warm environment, or else starts one. The slot that the caller holds keeps within the concurrency.
func (f *Function) acquire() (env *environment, cold bool, err error) {
	f.mu.Lock()
	for len(f.idle) > 0 {
		last := len(f.idle) - 1
		env, f.idle = f.idle[last], f.idle[:last]
		if env.process.alive() {
			f.mu.Unlock()
			return env, false, nil
		}
	}
	f.mu.Unlock()
	env, err = f.start()
	return env, true, err
}

// release keeps a living environment warm. A dead one takes itself out of the list.
func (f *Function) release(env *environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if env.process.alive() {
		f.idle = append(f.idle, env)
	}
}

func (f *Function) isClosed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.closed
}
