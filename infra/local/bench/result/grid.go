package result

import (
	"strings"
	"unicode/utf8"
)

// grid writes rows of cells in columns: the first ones to the left as many as
// said, figures to the right. An empty row is an empty line.
func grid(left int, rows ...[]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < left {
				line.WriteString(cell + space + "  ")
			} else {
				line.WriteString(space + cell + "  ")
			}
		}
		text.WriteString(strings.TrimRight("  "+line.String(), " ") + "\n")
	}
	return text.String()
}
