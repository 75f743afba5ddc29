package cli

import "strings"

// Wrap breaks a text into lines of the terminal's width, each after an indent. Words are
// never broken: a name or a command can be copied. Without a terminal it's one line.
func (a *App) Wrap(indent, text string) string { return wrap([]rune(indent+text), a.Width, indent) }

// WrapPage breaks the lines of a page that are wider than the terminal. What follows of a
// line is indented by four more.
func (a *App) WrapPage(text string) string { return wrapPage(text, a.Width) }

func wrapPage(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		lines[i] = wrap([]rune(line), width, indent+"    ")
	}
	return strings.Join(lines, "\n")
}

// wrap breaks a line at its spaces. Every line but the first begins with indent.
func wrap(line []rune, width int, indent string) string {
	var lines []string
	for width > 0 && len(line) > width {
		begin := len(line) - len([]rune(strings.TrimLeft(string(line), " ")))
		at := width
		for at > begin && line[at] != ' ' {
			at--
		}
		if at <= begin { // one word is wider, or the indent is: the word stays whole
			for at = max(width, begin); at < len(line) && line[at] != ' '; at++ {
			}
		}
		lines = append(lines, strings.TrimRight(string(line[:at]), " "))
		rest := strings.Trim(string(line[at:]), " ")
		if rest == "" {
			return strings.Join(lines, "\n")
		}
		line = []rune(indent + rest)
	}
	return strings.Join(append(lines, string(line)), "\n")
}

// Sentence begins a text with a capital letter.
func Sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

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
