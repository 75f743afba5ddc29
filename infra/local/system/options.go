package system

import (
	"fmt"
	"io"
	"path/filepath"
	"time"
)

// Options say what to run. Bootstrap and NodeModules are required.
type Options struct {
	// Bootstrap is the path of the function, compiled for this machine.
	Bootstrap string
	// Audit is the path of the function that audits, compiled for this machine. Without it
	// there's no System.Audit.
	Audit string
	// NodeModules is where `npm ci` installed fauxqs.
	NodeModules string
	// FunctionTimeout is how long one invocation may take, by default 10 s.
	FunctionTimeout time.Duration
	// VisibilityTimeout is the queue's, by default six times FunctionTimeout, as
	// AWS advises. It only shows when the function can't finish: otherwise the
	// function itself sets when a message comes again.
	VisibilityTimeout time.Duration
	// MaxReceiveCount is how often a message is received before it becomes a dead letter, by default 3.
	MaxReceiveCount int
	// Concurrency is how many batches are handled at once, hence the number of
	// processes; by default 2, the least that Lambda takes.
	Concurrency int

	// ServerLog gets what the servers print; nil discards it.
	ServerLog io.Writer
	// FunctionLog gets every line that the function logs; it may be nil.
	FunctionLog func(line string)
	// Trouble learns of what should not happen in a sound run: polls that fail,
	// invocations that crash, outcomes that can't be read. It may be nil.
	Trouble func(error)
}

// withDefaults also makes paths absolute, since the S3 server changes the
// process's working directory.
func (o Options) withDefaults() (Options, error) {
	var err error
	if o.Bootstrap, err = filepath.Abs(o.Bootstrap); err != nil {
		return o, fmt.Errorf("find the function %s: %w", o.Bootstrap, err)
	}
	if o.Audit != "" {
		if o.Audit, err = filepath.Abs(o.Audit); err != nil {
			return o, fmt.Errorf("find the function %s: %w", o.Audit, err)
		}
	}
	if o.NodeModules, err = filepath.Abs(o.NodeModules); err != nil {
		return o, fmt.Errorf("find the directory %s: %w", o.NodeModules, err)
	}
	if o.FunctionTimeout == 0 {
		o.FunctionTimeout = 10 * time.Second
	}
	if o.VisibilityTimeout == 0 {
		o.VisibilityTimeout = 6 * o.FunctionTimeout
	}
	if o.MaxReceiveCount == 0 {
		o.MaxReceiveCount = 3
	}
	if o.Concurrency == 0 {
		o.Concurrency = concurrency
	}
	if o.ServerLog == nil {
		o.ServerLog = io.Discard
	}
	if o.Trouble == nil {
		o.Trouble = func(error) {}
	}
	return o, nil
}
