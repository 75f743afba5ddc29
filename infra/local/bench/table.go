package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

var columns = []string{wall, start, calls, deep, writes, memory, size, sizeArm64}

// table writes rows as one Markdown table. A ratio to the floor stands behind the value.
func table(rows []row) string {
	cells := [][]string{append([]string{"case", "N", "contestant"}, columns...)}
	for _, r := range rows {
		line := []string{r.name, fmt.Sprint(r.organizations), r.contestant}
		for _, column := range columns {
			line = append(line, r.cell(column))
		}
		cells = append(cells, line)
	}
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for i, line := range cells {
		if i == 1 {
			for _, width := range widths {
				text.WriteString("|" + strings.Repeat("-", width+2))
			}
			text.WriteString("|\n")
		}
		for i, cell := range line {
			text.WriteString("| " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+1))
		}
		text.WriteString("|\n")
	}
	return text.String()
}

// cell is a value with its ratio. Depth is shown with a delay only: without one,
// calls that could overlap are answered before the next one begins.
func (r row) cell(column string) string {
	value, there := r.values[column]
	if !there || column == deep && r.delay == 0 {
		return ""
	}
	text := figure(value)
	if ratio, there := r.toFloor[column]; there && (column == wall || column == start || column == size) {
		text += fmt.Sprintf(" (%.2f ×)", ratio)
	}
	return text
}

func figure(x float64) string {
	switch {
	case x == float64(int64(x)):
		return fmt.Sprintf("%d", int64(x))
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2f", x)
}
