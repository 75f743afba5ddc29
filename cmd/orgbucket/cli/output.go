package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

// Table writes rows in columns. Cells from outside are made safe with [safetext.Line].
func Table(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) }

// Row writes one row of a table.
func Row(w io.Writer, cells ...string) {
	fmt.Fprintln(w, strings.Join(cells, "\t"))
}

// Show writes a text as the result.
func (a *App) Show(text string) error {
	if _, err := io.WriteString(a.Out, text); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// Showf writes a page as the result, with its lines wrapped.
func (a *App) Showf(format string, args ...any) error {
	return a.Show(a.WrapPage(fmt.Sprintf(format, args...)))
}

// JSONLine writes v as one line of JSON. JSON escapes control characters itself.
func JSONLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// Dash is text, or - for none.
func Dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// Count is a number with its noun: "1 message", "2 messages".
func Count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// Are is Count with the verb.
func Are(n int, of string) string {
	if n == 1 {
		return "1 " + of + " is"
	}
	return Count(n, of) + " are"
}

// Were is a number with the verb.
func Were(n int) string {
	if n == 1 {
		return "1 was"
	}
	return fmt.Sprintf("%d were", n)
}

// Have is a number with the verb.
func Have(n int) string {
	if n == 1 {
		return "1 has"
	}
	return fmt.Sprintf("%d have", n)
}

// Replayed tells of a message's replays; by whom, only if that is known.
func Replayed(s deadletter.Stamp) string {
	text := "replayed " + Count(s.Count, "time")
	switch s.Count {
	case 1:
		text = "replayed once"
	case 2:
		text = "replayed twice"
	}
	if !s.At.IsZero() {
		text += ", last on " + s.At.UTC().Format(time.DateTime) + " UTC"
	}
	if s.By != "" {
		text += " by " + s.By
	}
	return text
}

// MostListed is how many names of one kind are written.
const MostListed = 20

// Some lists names, the first of many.
func Some[S ~string](names []S) string {
	var first []string
	for _, name := range names[:min(MostListed, len(names))] {
		first = append(first, safetext.Line(string(name), 0))
	}
	text := strings.Join(first, " ")
	if more := len(names) - len(first); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
