package lambdasim

import (
	"bytes"
	"slices"
	"sync"
)

// keptLines is how many lines an error message has.
const keptLines = 20

// lineWriter cuts a process's output into lines, passes each on, and keeps the last ones for error messages.
type lineWriter struct {
	emit func(line string)

	mu      sync.Mutex
	partial []byte
	kept    []string
}

// Write never fails: the process must not stop because of its logs.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.partial = append(w.partial, p...)
	for {
		line, rest, whole := bytes.Cut(w.partial, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		w.line(line)
		w.partial = rest
	}
}

// flush passes on a last line without a line break.
func (w *lineWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.partial) > 0 {
		w.line(w.partial)
		w.partial = nil
	}
}

func (w *lineWriter) line(b []byte) {
	text := string(bytes.TrimSuffix(b, []byte("\r")))
	if len(w.kept) == keptLines {
		w.kept = slices.Delete(w.kept, 0, 1)
	}
	w.kept = append(w.kept, text)
	w.emit(text)
}

func (w *lineWriter) last() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.kept)
}
