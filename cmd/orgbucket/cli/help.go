package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// What help is written for if nothing else is known, and at most: longer lines are hard to read.
const (
	usualWidth   = 80
	mostReadable = 100
)

// wrapHelp makes the help of a command and of those below it as wide as the terminal.
func (a *App) wrapHelp(root *cobra.Command) {
	write := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		var page strings.Builder
		out := c.OutOrStdout()
		c.SetOut(&page)
		write(c, args)
		c.SetOut(out)
		width := min(a.Width, mostReadable)
		if width == 0 {
			width = usualWidth
		}
		fmt.Fprint(out, helpPage(page.String(), width))
	})
}

// helpPage breaks the lines of a page of help: those of a paragraph anew, since they were
// broken elsewhere, the indented ones where they are too wide.
func helpPage(page string, width int) string {
	var b strings.Builder
	var paragraph []string
	end := func() {
		if len(paragraph) > 0 {
			b.WriteString(wrap(strings.Join(paragraph, " "), width, "") + "\n")
			paragraph = nil
		}
	}
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, " \n")
		if line != "" && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
			paragraph = append(paragraph, line)
			continue
		}
		end()
		b.WriteString(wrapPage(line, width) + "\n")
	}
	end()
	return b.String()
}
