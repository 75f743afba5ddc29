package story

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	// elsewhere is how many columns a line has that doesn't go to a terminal.
	elsewhere = 100
	// narrowest is the least that lines are laid out for.
	narrowest = 60
)

// Screen prints what the local system does: aligned, as wide as its terminal, in color if
// wanted. Its methods may be called concurrently; each prints whole lines.
type Screen struct {
	mu      sync.Mutex
	out     io.Writer
	color   bool
	columns func() int
}

// NewScreen prints to out, in color if wanted. columns tells how many columns out has now,
// 0 if it's no terminal; it may be nil for none.
func NewScreen(out io.Writer, color bool, columns func() int) *Screen {
	return &Screen{out: out, color: color, columns: columns}
}

// width is the widest that a line gets now, in characters. Only a word that is longer is wider.
func (s *Screen) width() int {
	if s.columns == nil {
		return elsewhere
	}
	if n := s.columns(); n > 0 {
		return max(n, narrowest)
	}
	return elsewhere
}

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
	s.print("", s.paint(bold, strings.Join(wrap(text, s.width()), "\n")))
}

// Fact prints a name and what belongs to it, on lines of its own if it's long.
func (s *Screen) Fact(name, text string) {
	const indent = 14
	label := fmt.Sprintf("  %-*s", indent-2, name)
	for _, line := range wrapAligned(text, s.width()-indent) {
		s.print(s.paint(dim, label) + line)
		label = strings.Repeat(" ", indent)
	}
}

// Point prints something that belongs to the fact above.
func (s *Screen) Point(text string) { s.print(s.bullet(strings.Repeat(" ", 14), plain, text)...) }

// bullet returns text as a list's entry, wrapped.
func (s *Screen) bullet(indent string, st style, text string) (lines []string) {
	mark := "· "
	for _, line := range wrap(text, s.width()-len(indent)-2) {
		lines = append(lines, indent+s.paint(st, mark+line))
		mark = "  "
	}
	return lines
}

// Text prints paragraphs, each a line of text.
func (s *Screen) Text(text string) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		s.print(wrap(paragraph, s.width())...)
	}
}

// Command prints a command to copy, as it is, and what it's for, beside it or above it.
func (s *Screen) Command(command, what string) {
	if one := "  " + command + "  # " + what; !strings.Contains(command, "\n") && utf8.RuneCountInString(one) <= s.width() {
		s.print("  " + command + s.paint(dim, "  # "+what))
		return
	}
	for _, line := range wrap(what, s.width()-4) {
		s.print(s.paint(dim, "  # "+line))
	}
	s.print("  " + command)
}

// Entry prints a word that can be typed and what it does, in two columns.
func (s *Screen) Entry(word, what string) {
	const indent = 21
	label := "  " + pad(word, indent-2)
	for _, line := range wrap(what, s.width()-indent) {
		s.print(label + line)
		label = strings.Repeat(" ", indent)
	}
}

// Trouble prints an error that should not happen.
func (s *Screen) Trouble(err error) {
	mark := s.paint(red, "   ! ")
	for text := range strings.Lines(err.Error()) {
		for _, line := range wrap(text, s.width()-5) {
			s.print(mark + line)
			mark = "     "
		}
	}
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
// that is longer stays whole, and so does what is between backticks, so that it can be
// copied.
func wrap(text string, most int) []string {
	var lines []string
	line, open := "", ""
	paired := strings.Count(text, "`")%2 == 0
	for word := range strings.FieldsSeq(text) {
		word = open + word
		if open = ""; paired && strings.Count(word, "`")%2 != 0 {
			open = word + " "
			continue
		}
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
