package cli

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// Wrap breaks a text into lines of the terminal's width, each after an indent. Words, and
// commands between backticks, are never broken: they can be copied. Without a terminal it's
// one line.
func (a *App) Wrap(indent, text string) string { return wrap(indent+text, a.Width, indent) }

// WrapPage breaks the lines of a page that are wider than the terminal, but no line that is
// a command. What follows of a line is below its last column, if there is room, and
// otherwise indented by four more.
func (a *App) WrapPage(text string) string { return wrapPage(text, a.Width) }

var (
	commandLine = regexp.MustCompile(`^ *(orgbucket|aws|make) `)
	// lastColumn is a line up to its last column.
	lastColumn = regexp.MustCompile(`^.*[^ ]  +`)
)

func wrapPage(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if commandLine.MatchString(line) {
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " ")) + 4
		if column := utf8.RuneCountInString(lastColumn.FindString(line)); column > 0 && column+leastText <= width {
			indent = column
		}
		lines[i] = wrap(line, width, strings.Repeat(" ", indent))
	}
	return strings.Join(lines, "\n")
}

// A command between backticks is one word while a line is broken.
const held = "\ue000"

var quoted = regexp.MustCompile("`(orgbucket|aws|make) [^`]*`")

// wrap breaks a line at its spaces. Every line but the first begins with indent.
func wrap(text string, width int, indent string) string {
	if width <= 0 {
		return text
	}
	text = quoted.ReplaceAllStringFunc(text, func(command string) string { return strings.ReplaceAll(command, " ", held) })
	return strings.ReplaceAll(wrapWords([]rune(text), width, indent), held, " ")
}

func wrapWords(line []rune, width int, indent string) string {
	var lines []string
	for len(line) > width {
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

// Advice returns a hint with its commands ready to paste: they name the stage, and the
// organization, for which they have ORG; without an id that stays.
func (a *App) Advice(hint string, id org.ID) string {
	return quoted.ReplaceAllStringFunc(hint, func(command string) string {
		if id != "" {
			command = strings.ReplaceAll(command, "ORG", string(id))
		}
		line, ours := strings.CutPrefix(command, "`orgbucket ")
		if !ours || strings.Contains(command, " --stage ") {
			return command
		}
		return "`" + a.Command(strings.TrimSuffix(line, "`")) + "`"
	})
}

// Command is a command line of this tool, for the same stage, ready to paste.
func (a *App) Command(line string) string {
	if a.Stage == "" {
		return "orgbucket " + line
	}
	return "orgbucket " + line + " --stage " + a.Stage
}
