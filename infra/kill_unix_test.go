//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// ownGroup has a command be the head of a group of processes, killGroup kills all of it.
func ownGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killGroup(command *exec.Cmd) { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
