package cli

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks a text into lines of the terminal's width, each after an indent. Words are
// never broken: a name or a command can be copied. Without a terminal it's one line.
func (a *App) Wrap(indent, text string) string {
	if a.Width == 0 {
		return indent + text
	}
	var lines []string
	line := indent
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == indent:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > a.Width:
			lines = append(lines, line)
			line = indent + word
		default:
			line += " " + word
		}
	}
	return strings.Join(append(lines, line), "\n")
}

// Color is a color of a terminal.
type Color string

// The colors.
const (
	Red    Color = "31"
	Green  Color = "32"
	Yellow Color = "33"
)

// Paint colors a text if the results go to a terminal that shall have colors.
func (a *App) Paint(c Color, text string) string {
	if !a.Colors {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}
