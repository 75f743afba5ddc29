package cli

import (
	"strings"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// leastText is how many columns a text needs beside the cells of its entry; with fewer it
// is below them.
const leastText = 40

// Entry returns cells in columns of these widths, which longer cells exceed, and a text
// behind them that is wrapped at the terminal's width, or below them. Cells are never
// broken: if the columns are wider than the terminal, they stand one after the other, on as
// many lines as they need. paint, if not nil, colors a cell.
func (a *App) Entry(widths []int, cells []string, text string, paint func(i int, cell string) string) string {
	columns := 0
	for _, w := range widths {
		columns += w + 2
	}
	var b strings.Builder
	at := 0 // columns written of the line
	for i, cell := range cells {
		cell = safetext.Line(cell, 0)
		if a.Width == 0 || columns-2 <= a.Width {
			cell += strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell)))
		}
		n := utf8.RuneCountInString(cell)
		switch {
		case i == 0:
		case a.Width > 0 && at+2+n > a.Width:
			b.WriteString("\n    ")
			at = 4
		default:
			b.WriteString("  ")
			at += 2
		}
		at += n
		if paint != nil {
			cell = paint(i, cell)
		}
		b.WriteString(cell)
	}
	line, text := b.String(), safetext.Line(text, 0)
	switch begin := max(at+2, columns); {
	case text == "":
		return strings.TrimRight(line, " ")
	case a.Width == 0:
		return line + "  " + text
	case begin+leastText <= a.Width:
		return line + "  " + wrap(strings.Repeat(" ", at+2)+text, a.Width, strings.Repeat(" ", columns))[at+2:]
	}
	return strings.TrimRight(line, " ") + "\n" + a.Wrap("    ", text)
}
