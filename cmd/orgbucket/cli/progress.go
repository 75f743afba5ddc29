package cli

import (
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
)

// quietFor is how often progress is written if there is no terminal.
const quietFor = 10 * time.Second

// Progress shows how far a long command is: a bar on a terminal, otherwise a line
// now and then. Results are written above it. It is safe for concurrent use.
type Progress struct {
	app *App

	mu    sync.Mutex
	begun bool
	bar   *progressbar.ProgressBar // nil without a terminal
	what  string
	total int // -1 if unknown
	done  int
	said  time.Time
	began time.Time
}

// NewProgress shows nothing yet.
func NewProgress(a *App) *Progress { return &Progress{app: a} }

// Begin shows progress over total things, -1 if their number is unknown, until
// End. what is in the plural: "dead letters".
func (p *Progress) Begin(what string, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun, p.what, p.total, p.done, p.said, p.began = true, what, total, 0, time.Now(), time.Now()
	if p.app.ErrTerminal {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(p.app.Err), progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(10), // with the rest it has to fit into 80 columns
			// Without a total it would be drawn by a goroutine, that nothing ends for sure.
			progressbar.OptionSetSpinnerChangeInterval(0))
	}
}

// End takes the progress away.
func (p *Progress) End() {
	p.Say(func() {})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun, p.bar = false, nil
}

// Add says that n more are done.
func (p *Progress) Add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.begun {
		p.step(n)
	}
}

func (p *Progress) step(n int) {
	p.done += n
	switch {
	case p.bar != nil:
		_ = p.bar.Add(n) // a bar that can't be drawn is no reason to stop
	case time.Since(p.said) >= quietFor:
		p.said = time.Now()
		if p.total < 0 {
			p.app.Notice("%s: %d so far", p.what, p.done)
		} else {
			left := time.Duration(float64(time.Since(p.began)) / float64(p.done) * float64(max(0, p.total-p.done)))
			p.app.Notice("%s: %d of %d, about %s left", p.what, p.done, p.total, timespan.Text(left))
		}
	}
}

// Describe changes what the progress is over.
func (p *Progress) Describe(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil && p.what != what {
		p.bar.Describe(what)
	}
	p.what = what
}

// Say writes lines above the progress.
func (p *Progress) Say(write func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	write()
}
