package lambdasim

import (
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// Options say what to run and how; they stand for the function's configuration in Lambda.
type Options struct {
	Bootstrap    string            // path of the executable
	Env          map[string]string // the function's own variables and its credentials; Lambda's are added to them
	Timeout      time.Duration     // of one invocation, by default 3 s as in Lambda
	InitTimeout  time.Duration     // for the process to ask for its first invocation, by default 10 s as in Lambda
	Concurrency  int               // processes at most, by default 1; further invocations wait for a free one
	MemoryMB     int               // told to the function, not enforced; by default 128
	FunctionName string            // by default the name of the executable's directory
	Region       string            // by default us-east-1
	Account      string            // 12 digits, by default 000000000000
	Logs         func(line string) // gets each line of stdout and stderr; calls don't overlap; may be nil
}

// Function is a function ready to be invoked. It is safe for concurrent use.
type Function struct {
	opts    Options
	arn     string
	slots   chan struct{} // one token for each invocation under way
	closing chan struct{}
	calls   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	all    map[*environment]struct{} // every environment whose process may still live
	idle   []*environment            // warm ones; the last one used comes first, as it is the least likely to be stale

	logMu sync.Mutex // keeps calls of Options.Logs apart
}

// New checks the options and starts nothing: the first invocation starts the first process.
// It refuses variables that Lambda reserves for itself, as Lambda does.
func New(o Options) (*Function, error) {
	if o.Bootstrap == "" {
		return nil, fmt.Errorf("run a function: no path of a bootstrap executable given")
	}
	path, err := filepath.Abs(o.Bootstrap)
	if err != nil {
		return nil, fmt.Errorf("find the bootstrap executable %s: %w", o.Bootstrap, err)
	}
	o.Bootstrap = path
	if err := refuseReserved(o.Env); err != nil {
		return nil, err
	}
	o = withDefaults(o)
	return &Function{
		opts:    o,
		arn:     fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", o.Region, o.Account, o.FunctionName),
		slots:   make(chan struct{}, o.Concurrency),
		closing: make(chan struct{}),
		all:     map[*environment]struct{}{},
	}, nil
}

func withDefaults(o Options) Options {
	o.Timeout = orDefault(o.Timeout, 3*time.Second)
	o.InitTimeout = orDefault(o.InitTimeout, 10*time.Second)
	o.Concurrency = max(o.Concurrency, 1)
	o.MemoryMB = orDefault(o.MemoryMB, 128)
	o.FunctionName = orDefault(o.FunctionName, filepath.Base(filepath.Dir(o.Bootstrap)))
	o.Region = orDefault(o.Region, "us-east-1")
	o.Account = orDefault(o.Account, "000000000000")
	return o
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// Kill sends SIGKILL to every process that is in the middle of an invocation, and says how many there were.
// It is for tests of what a crash leaves behind: 0 means that no process has taken an invocation yet, so try again.
func (f *Function) Kill() int {
	killed := 0
	for _, e := range f.environments() {
		// One that was killed a moment ago is busy until its last words are read.
		if e.api.busy() && e.process.kill() {
			killed++
		}
	}
	return killed
}

// Processes says how many processes there are, warm ones included.
func (f *Function) Processes() int { return len(f.environments()) }

func (f *Function) environments() []*environment {
	f.mu.Lock()
	defer f.mu.Unlock()
	var live []*environment
	for e := range f.all {
		live = append(live, e)
	}
	return live
}

// Close ends every process (SIGTERM, and SIGKILL to what is left after two seconds) and waits until they are gone.
// Invocations under way end with ErrClosed. Closing twice does nothing more.
func (f *Function) Close() error {
	f.mu.Lock()
	if !f.closed {
		f.closed = true
		close(f.closing)
	}
	f.mu.Unlock()
	var ending sync.WaitGroup
	for _, e := range f.environments() {
		ending.Go(e.terminate)
	}
	ending.Wait()
	f.calls.Wait()
	return nil
}

func (f *Function) log(line string) {
	if f.opts.Logs == nil {
		return
	}
	f.logMu.Lock()
	defer f.logMu.Unlock()
	f.opts.Logs(line)
}
