//go:build !linux

package lambdasim

import "syscall"

// groupAttributes: a group of its own. Only Linux can tie the process's life to this program's; elsewhere a bootstrap
// that loses its Runtime API ends by itself, since its next request fails.
func groupAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
