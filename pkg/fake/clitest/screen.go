package clitest

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// Terminal is a program in a terminal of its own, and what its screen shows.
type Terminal struct {
	t    *testing.T
	file *os.File
	cmd  *exec.Cmd

	mu      sync.Mutex
	screen  screen
	written strings.Builder
	ended   chan struct{}
}

// ToolVariable makes a test's executable run the tool: see [AsTool].
const ToolVariable = "ORGBUCKET_TEST_AS_TOOL"

// AsTool runs main instead of tests if this process is a [Terminal]'s. TestMain calls it.
func AsTool(main func()) {
	if os.Getenv(ToolVariable) != "" {
		main()
	}
}

// InTerminal runs the tool in a terminal with so many columns.
func InTerminal(t *testing.T, columns int, args ...string) *Terminal {
	t.Helper()
	return inTerminal(t, columns, exec.Command(os.Args[0], args...))
}

// Piped runs the tool in such a terminal, with a pipe for its results, whose reader writes
// them to the terminal.
func Piped(t *testing.T, columns int, args ...string) *Terminal {
	t.Helper()
	return inTerminal(t, columns, exec.Command("sh", append([]string{"-c", `"$0" "$@" | cat`, os.Args[0]}, args...)...))
}

func inTerminal(t *testing.T, columns int, cmd *exec.Cmd) *Terminal {
	t.Helper()
	w := &Terminal{t: t, cmd: cmd, ended: make(chan struct{})}
	w.cmd.Env = append(os.Environ(), ToolVariable+"=1", "TERM=xterm")
	file, err := pty.StartWithSize(w.cmd, &pty.Winsize{Rows: 50, Cols: uint16(columns)})
	if err != nil {
		t.Fatal(err)
	}
	w.file, w.screen.columns = file, columns
	go w.read()
	t.Cleanup(func() {
		_ = w.cmd.Process.Kill() // it may have ended
		<-w.ended
		_ = file.Close()
	})
	return w
}

func (w *Terminal) read() {
	defer close(w.ended)
	buffer := make([]byte, 4096)
	for {
		n, err := w.file.Read(buffer)
		w.mu.Lock()
		w.screen.write(string(buffer[:n]))
		w.written.Write(buffer[:n])
		w.mu.Unlock()
		if err != nil { // EIO when the program has gone
			return
		}
	}
}

// Lines are the screen's, from the first line ever written.
func (w *Terminal) Lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.screen.lines()
}

// Text is the screen's.
func (w *Terminal) Text() string { return strings.Join(w.Lines(), "\n") }

// Written is everything that was written so far, with its control characters.
func (w *Terminal) Written() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.written.String()
}

// Await waits until the screen shows a text.
func (w *Terminal) Await(text string) {
	w.t.Helper()
	for until := time.Now().Add(20 * time.Second); !strings.Contains(w.Text(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			w.t.Fatalf("%q doesn't appear:\n%s", text, w.Text())
		}
	}
}

// Type types a text.
func (w *Terminal) Type(text string) {
	w.t.Helper()
	if _, err := w.file.WriteString(text); err != nil {
		w.t.Fatal(err)
	}
}

// Signal sends a signal.
func (w *Terminal) Signal(s syscall.Signal) {
	w.t.Helper()
	if err := w.cmd.Process.Signal(s); err != nil {
		w.t.Fatal(err)
	}
}

// Ended reports whether the program has ended.
func (w *Terminal) Ended() bool {
	select {
	case <-w.ended:
		return true
	default:
		return false
	}
}

// End waits until the program has ended, and returns its exit status.
func (w *Terminal) End() int {
	w.t.Helper()
	select {
	case <-w.ended:
	case <-time.After(30 * time.Second):
		w.t.Fatalf("it doesn't end:\n%s", w.Text())
	}
	_ = w.cmd.Wait() // the status says it
	return w.cmd.ProcessState.ExitCode()
}

// screen is what a terminal shows, as far as the tool uses it: text, the ends of
// lines, and the sequences of ECMA-48 that erase, move up and color.
type screen struct {
	columns  int
	rows     [][]rune
	row, col int
	escape   string // a sequence that isn't complete
}

func (s *screen) write(text string) {
	for _, r := range text {
		switch {
		case s.escape != "":
			s.escape += string(r)
			if len(s.escape) > 2 && r >= '@' && r <= '~' {
				s.control(s.escape)
				s.escape = ""
			}
		case r == '\x1b':
			s.escape = string(r)
		case r == '\r':
			s.col = 0
		case r == '\n':
			s.row++
		case r == '\b':
			s.col = max(0, s.col-1)
		case r >= ' ':
			s.put(r)
		}
	}
}

func (s *screen) put(r rune) {
	if s.col >= s.columns { // the terminal wraps
		s.row, s.col = s.row+1, 0
	}
	line := s.line()
	for len(*line) <= s.col {
		*line = append(*line, ' ')
	}
	(*line)[s.col] = r
	s.col++
}

func (s *screen) line() *[]rune {
	for len(s.rows) <= s.row {
		s.rows = append(s.rows, nil)
	}
	return &s.rows[s.row]
}

func (s *screen) control(sequence string) {
	switch sequence[len(sequence)-1] {
	case 'K':
		line := s.line()
		*line = (*line)[:min(s.col, len(*line))]
		if strings.Contains(sequence, "2") {
			*line = nil
		}
	case 'A':
		s.row = max(0, s.row-1)
	}
}

func (s *screen) lines() (all []string) {
	for _, row := range s.rows {
		all = append(all, strings.TrimRight(string(row), " "))
	}
	return all
}
