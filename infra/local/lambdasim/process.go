package lambdasim

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
)

// process is a started bootstrap with everything it started itself.
type process struct {
	cmd    *exec.Cmd
	output *lineWriter
	exited chan struct{} // closed when it is reaped and its output is complete
	killed atomic.Bool
}

// startProcess runs the executable in a process group of its own: Ctrl-C in the terminal then reaches only this
// program, which ends the group in order, and signals to the group also reach what the function may have started.
func startProcess(path string, env []string, log func(string)) (*process, error) {
	p := &process{cmd: exec.Command(path), output: &lineWriter{emit: log}, exited: make(chan struct{})}
	p.cmd.Env = env
	p.cmd.Dir = filepath.Dir(path)
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output // one pipe, so the order of the lines is kept
	p.cmd.SysProcAttr = groupAttributes()
	// What inherited the pipe must not hold up the news that the process is gone.
	p.cmd.WaitDelay = time.Second
	started := make(chan error, 1)
	go p.supervise(started)
	return p, <-started
}

// supervise starts the process and reaps it, all on one thread: the kernel sends the parent-death signal when the
// thread that forked ends, so the thread has to live as long as the child.
func (p *process) supervise(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	_ = p.cmd.Wait() // cmd.ProcessState says how it ended
	// What the function left running goes with it, as with a Lambda sandbox.
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	p.output.flush()
	close(p.exited)
}

func (p *process) alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// signal sends to the whole group. A reaped process gets nothing: its number may belong to another one by now.
func (p *process) signal(s syscall.Signal) {
	if p.alive() {
		_ = syscall.Kill(-p.cmd.Process.Pid, s)
	}
}

// kill reports whether it was this call that killed the process.
func (p *process) kill() bool {
	if !p.alive() || p.killed.Swap(true) {
		return false
	}
	p.signal(syscall.SIGKILL)
	return true
}

// exit says how the process ended; to be called after that.
func (p *process) exit() string {
	return p.cmd.ProcessState.String()
}
