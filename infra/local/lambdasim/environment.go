package lambdasim

import (
	"context"
	"errors"
	"net/http"
	"syscall"
	"time"
)

// terminateGrace is how long a process has between SIGTERM and SIGKILL, the most that Lambda gives in its shutdown phase.
const terminateGrace = 2 * time.Second

// errNotTaken: the process ended before it took the invocation, which therefore had no effect.
var errNotTaken = errors.New("the process ended before it took the invocation")

// environment is one process with the Runtime API endpoint that only it uses.
type environment struct {
	api     *runtimeAPI
	server  *http.Server
	process *process
	began   time.Time // when the process was started
}

// run hands the invocation to the process and waits for its end. Unless it returns nil or a *FunctionError, the process has ended.
func (e *environment) run(inv *invocation, limit time.Duration) error {
	timer := time.NewTimer(time.Until(inv.deadline))
	defer timer.Stop()
	select {
	case e.api.next <- inv:
	case <-e.process.exited:
		return errNotTaken
	case <-timer.C:
		return e.timeOut(inv, limit)
	}
	select {
	case <-inv.done:
		return inv.err
	case <-e.process.exited:
		return e.crashed(inv)
	case <-timer.C:
		return e.timeOut(inv, limit)
	}
}

// crashed returns the result if the process answered just before it ended, and otherwise a *CrashError.
func (e *environment) crashed(inv *invocation) error {
	e.drain() // the answer may still be in a handler
	select {
	case <-inv.done:
		return inv.err
	default:
		return e.crash(inv)
	}
}

func (e *environment) crash(inv *invocation) error {
	return &CrashError{RequestID: inv.id, Exit: e.process.exit(), LastLines: e.process.output.last()}
}

func (e *environment) timeOut(inv *invocation, limit time.Duration) error {
	e.process.kill()
	<-e.process.exited
	e.drain()
	select {
	case <-inv.done: // it answered in the last moment
		return inv.err
	default:
		return &TimeoutError{RequestID: inv.id, After: limit, LastLines: e.process.output.last()}
	}
}

// drain closes the endpoint of an ended process after reading what it has sent.
func (e *environment) drain() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if e.server.Shutdown(ctx) != nil {
		_ = e.server.Close()
	}
}

// terminate sends SIGTERM, then SIGKILL, and waits until the process has ended.
func (e *environment) terminate() {
	e.process.signal(syscall.SIGTERM)
	select {
	case <-e.process.exited:
	case <-time.After(terminateGrace):
		e.process.kill()
		<-e.process.exited
	}
}
