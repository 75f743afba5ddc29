package cli

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes text from outside (messages, keys, tags, AWS's errors) fit for one
// line of a terminal. What is longer than most runes, escapes included, is cut and
// ends with an ellipsis; with 0 nothing is cut.
func Line(text string, most int) string {
	text = escape(text, "")
	if most > 0 && utf8.RuneCountInString(text) > most {
		return string([]rune(text)[:most-1]) + "…"
	}
	return text
}

// Page is Line for text of several lines: line feeds and tabs stay.
func Page(text string) string { return escape(text, "\n\t") }

// escape writes every rune that doesn't print, and invalid UTF-8, as in a Go
// string: control characters could move the cursor or forge a line.
func escape(text, kept string) string {
	var safe strings.Builder
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&safe, `\x%02x`, rest[0])
		case unicode.IsPrint(r), strings.ContainsRune(kept, r):
			safe.WriteRune(r)
		default:
			safe.WriteString(strings.Trim(fmt.Sprintf("%q", r), "'"))
		}
		rest = rest[size:]
	}
	return safe.String()
}
