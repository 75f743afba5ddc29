package lambdasim

import (
	"context"
	"time"
)

// Started is a process that Warm started.
type Started struct {
	PID  int
	Init time.Duration // from the start of the process to its first request for an invocation
}

// Warm starts a process, as an invocation does that finds none, and keeps it warm for the next invocation. It is for
// measuring: an Invoke that follows has no start in it. Errors are those of Invoke.
func (f *Function) Warm(ctx context.Context) (Started, error) {
	if err := f.enter(ctx); err != nil {
		return Started{}, err
	}
	defer f.leave()
	env, err := f.start()
	if err != nil {
		return Started{}, err
	}
	f.release(env)
	return Started{PID: env.process.cmd.Process.Pid, Init: env.api.readyAt.Sub(env.began)}, nil
}
