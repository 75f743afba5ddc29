package main

import "sync"

// board is where lines are written above a moving progress, from several
// goroutines.
type board struct {
	mu sync.Mutex
	p  *progress // nil if there is none now
}

// begin shows a progress, until end.
func (b *board) begin(p *progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.p = p
}

// end takes the progress away.
func (b *board) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	b.p = nil
}

// add says that n more are done.
func (b *board) add(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.p != nil {
		b.p.add(n)
	}
}

// say writes lines above the progress.
func (b *board) say(write func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	write()
}

func (b *board) clear() {
	if b.p != nil {
		b.p.stop()
	}
}
