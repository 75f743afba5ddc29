package lambdasim

import "syscall"

// groupAttributes: a group of its own, and the kernel kills the process if this program dies without closing.
func groupAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
