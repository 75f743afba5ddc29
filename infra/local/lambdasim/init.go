package lambdasim

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"
)

// start brings up an environment. A failed init is tried once more, as Lambda does; the error is then an *InitError.
func (f *Function) start() (*environment, error) {
	var err error
	for range 2 {
		var env *environment
		if env, err = f.launch(); err == nil {
			return env, nil
		}
		if f.isClosed() {
			return nil, ErrClosed
		}
	}
	return nil, err
}

// launch starts the process and waits until it asks for its first invocation.
func (f *Function) launch() (*environment, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the Runtime API: %w", err)
	}
	env := &environment{api: newRuntimeAPI(f.arn)}
	env.server = &http.Server{Handler: env.api.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = env.server.Serve(listener) }()
	env.began = time.Now()
	env.process, err = startProcess(f.opts.Bootstrap, f.variables(listener.Addr().String()), f.log)
	if err != nil {
		_ = env.server.Close()
		return nil, &InitError{Reason: startFailure(err), Err: err}
	}
	if !f.adopt(env) {
		env.terminate()
		return nil, ErrClosed
	}
	return env, env.waitReady(f.opts.InitTimeout)
}

// startFailure explains the errors of execve that have a usual cause.
func startFailure(err error) string {
	if errors.Is(err, syscall.ENOEXEC) {
		return fmt.Sprintf("%v (was it built for another processor?)", err)
	}
	return err.Error()
}

// adopt enters the environment into the list that Close and Kill work on, until its process is gone.
// It reports false when Close has come first and won't see it.
func (f *Function) adopt(env *environment) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all[env] = struct{}{}
	go func() {
		<-env.process.exited
		env.drain()
		f.mu.Lock()
		delete(f.all, env)
		f.mu.Unlock()
	}()
	return !f.closed
}

func (e *environment) waitReady(limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	failed := &InitError{}
	select {
	case <-e.api.ready:
		return nil
	case posted := <-e.api.initError:
		failed.Reason, failed.Err = posted.Error(), posted
	case <-e.process.exited:
		failed.Reason = "the process ended before it asked for work: " + e.process.exit()
	case <-timer.C:
		failed.Reason = fmt.Sprintf("the process didn't ask for work within %v", limit)
	}
	e.process.kill()
	<-e.process.exited // only then are its log lines complete
	// Whoever posts an init error exits right away, and either may be seen first: what was posted says more.
	select {
	case posted := <-e.api.initError:
		failed.Reason, failed.Err = posted.Error(), posted
	default:
	}
	failed.LastLines = e.process.output.last()
	return failed
}
