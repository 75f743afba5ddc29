package story

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

// width is the widest that a line gets, in characters.
const width = 100

// Screen prints what the local system does: aligned, at most 100 columns wide, in
// color if wanted. Its methods may be called concurrently; each prints whole lines.
type Screen struct {
	mu    sync.Mutex
	out   io.Writer
	color bool
}

// NewScreen prints to out, in color if wanted.
func NewScreen(out io.Writer, color bool) *Screen { return &Screen{out: out, color: color} }

// style is an ANSI attribute.
type style string

const (
	plain style = ""
	bold  style = "1"
	dim   style = "2"
	red   style = "31"
	green style = "32"
)

func (s *Screen) paint(st style, text string) string {
	if !s.color || st == plain || text == "" {
		return text
	}
	return "\x1b[" + string(st) + "m" + text + "\x1b[0m"
}

// print writes lines. A screen that can't be written to is no reason to stop.
func (s *Screen) print(lines ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = io.WriteString(s.out, strings.Join(lines, "\n")+"\n")
}

// Title begins a part.
func (s *Screen) Title(text string) {
	s.print("", s.paint(bold, text))
}

// Fact prints a name and what belongs to it, on lines of its own if it's long.
func (s *Screen) Fact(name, text string) {
	const indent = 14
	label := fmt.Sprintf("  %-*s", indent-2, name)
	for _, line := range wrapAligned(text, width-indent) {
		s.print(s.paint(dim, label) + line)
		label = strings.Repeat(" ", indent)
	}
}

// Point prints something that belongs to the fact above.
func (s *Screen) Point(text string) { s.print(s.bullet(strings.Repeat(" ", 14), plain, text)...) }

// bullet returns text as a list's entry, wrapped.
func (s *Screen) bullet(indent string, st style, text string) (lines []string) {
	mark := "· "
	for _, line := range wrap(text, width-len(indent)-2) {
		lines = append(lines, indent+s.paint(st, mark+line))
		mark = "  "
	}
	return lines
}

// Text prints a paragraph, or a command to copy, as it is.
func (s *Screen) Text(text string) { s.print(text) }

// Trouble prints an error that should not happen.
func (s *Screen) Trouble(err error) {
	s.print(s.paint(red, "   ! ") + strings.ReplaceAll(err.Error(), "\n", "\n     "))
}

// oneLine puts line breaks out of the way.
var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")

// shorten cuts text to most characters and puts it on one line.
func shorten(text string, most int) string {
	text = oneLine.Replace(text)
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// wrapAligned leaves text that fits as it is, with its columns, and wraps the rest.
func wrapAligned(text string, most int) []string {
	if text = oneLine.Replace(text); utf8.RuneCountInString(text) <= most {
		return []string{text}
	}
	return wrap(text, most)
}

// wrap breaks text at spaces into lines of at most so many characters. A word
// that is longer stays whole, so that it can be copied.
func wrap(text string, most int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && utf8.RuneCountInString(line+" "+word) > most {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// pad fills text up with spaces.
func pad(text string, to int) string {
	return text + strings.Repeat(" ", max(0, to-utf8.RuneCountInString(text)))
}
