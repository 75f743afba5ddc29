package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// quietFor is how often progress is said where there's no terminal to draw on.
const quietFor = 10 * time.Second

// progress shows how far a long command is: a bar on a terminal, otherwise a
// line now and then.
type progress struct {
	bar   *progressbar.ProgressBar
	err   io.Writer
	what  string
	total int // -1 if unknown
	done  int
	said  time.Time
}

// startProgress begins a progress over total things, -1 if their number is
// unknown. what is in the plural: "dead letters".
func (a *app) startProgress(what string, total int) *progress {
	p := &progress{err: a.err, what: what, total: total, said: time.Now()}
	if a.errTerminal {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(a.err), progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(30))
	}
	return p
}

// add says that n more are done. It must not be called concurrently.
func (p *progress) add(n int) {
	p.done += n
	switch {
	case p.bar != nil:
		_ = p.bar.Add(n) // a bar that can't be drawn is no reason to stop
	case time.Since(p.said) >= quietFor:
		p.said = time.Now()
		if p.total < 0 {
			fmt.Fprintf(p.err, "%d %s so far\n", p.done, p.what)
		} else {
			fmt.Fprintf(p.err, "%d of %d %s\n", p.done, p.total, p.what)
		}
	}
}

// stop takes the bar from the screen.
func (p *progress) stop() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
