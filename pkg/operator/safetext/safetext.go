// Package safetext makes text from outside (messages, object keys, tags, error
// texts of AWS) safe to show in a terminal: control characters, which could move
// the cursor, change what was written before or forge a line, are escaped as in a
// Go string, and so are invalid UTF-8 and other runes that don't print.
package safetext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes text fit for one line. What is longer than most runes, escapes
// included, is cut and ends with an ellipsis; 0 means that nothing is cut.
func Line(text string, most int) string {
	text = escape(text, "")
	if most > 0 && utf8.RuneCountInString(text) > most {
		return string([]rune(text)[:most-1]) + "…"
	}
	return text
}

// Page makes text of several lines fit to be shown: line feeds and tabs stay.
func Page(text string) string { return escape(text, "\n\t") }

// escape escapes every rune that doesn't print, but for those that are kept.
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
