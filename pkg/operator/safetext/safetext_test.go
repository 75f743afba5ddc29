package safetext_test

import (
	"testing"

	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

func TestWhatCannotBePrintedIsEscaped(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "",
		"arn:aws:s3":                        "arn:aws:s3",
		"größer":                            "größer",
		`a "quoted" \n`:                     `a "quoted" \n`,
		"two\nlines\tof 'text'":             `two\nlines\tof 'text'`,
		"\x1b[31mred":                       `\x1b[31mred`,
		"\u202e":                            `\u202e`,
		"\xff":                              `\xff`,
		"\ufffd":                            "\ufffd",
		"0123456789abcdefghijklmnopqrst":    "0123456789abcdefghijklmnopqrst",
		"0123456789abcdefghijklmnopqrstu":   "0123456789abcdefghijklmnopqrs…",
		"0123456789abcdefghijklmnopq\r\n\r": `0123456789abcdefghijklmnopq\r…`,
	} {
		if got := safetext.Line(text, 30); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	if got := safetext.Line("a\nb", 0); got != `a\nb` {
		t.Errorf("uncut: %q", got)
	}
	if got := safetext.Page("a\n\tb\r\x1b\xff"); got != "a\n\tb"+`\r\x1b\xff` {
		t.Errorf("a page: %q", got)
	}
}
