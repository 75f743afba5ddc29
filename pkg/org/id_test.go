package org_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/fusionpos/orgbucket/pkg/org"
)

func TestParseIDTakesWhatTheRulesAllow(t *testing.T) {
	for name, id := range map[string]string{
		"the documented example":         "xmsqa1",
		"one letter":                     "x",
		"one digit":                      "7",
		"digits only":                    "123456789012",
		"what looks like a word of JSON": "null",
		"inner single hyphens":           "a-b-c-1",
		"a punycode-like start":          "xn-a",
		"52 characters":                  strings.Repeat("a", 52),
		"52 characters with hyphens":     strings.Repeat("a-", 25) + "aa",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := org.ParseID(id)
			if err != nil || string(got) != id {
				t.Errorf("ParseID(%q) = %q, %v", id, got, err)
			}
		})
	}
}

func TestParseIDRefusesEverythingElseAndNamesTheRule(t *testing.T) {
	for name, c := range map[string]struct{ id, says string }{
		"nothing":                               {"", "is empty"},
		"53 characters":                         {strings.Repeat("a", 53), "53 bytes, at most 52"},
		"a leading hyphen":                      {"-xmsqa1", "starts with a hyphen"},
		"a trailing hyphen":                     {"xmsqa1-", "ends with a hyphen"},
		"two hyphens in a row":                  {"xms--qa1", "two hyphens in a row at position 4"},
		"three hyphens in a row":                {"a---b", "two hyphens in a row"},
		"an upper-case letter inside":           {"xmsQa1", "the upper-case letter 'Q' at position 4"},
		"a leading space":                       {" xmsqa1", "white space (U+0020) at position 1"},
		"a trailing newline":                    {"xmsqa1\n", "white space (U+000A) at position 7"},
		"a no-break space":                      {"xmsqa1\u00a0", "white space (U+00A0)"},
		"a NUL":                                 {"xmsqa1\x00", "U+0000"},
		"an underscore":                         {"xms_qa1", "the character '_'"},
		"what follows z":                        {"xms{qa1", "the character '{'"},
		"what follows Z":                        {"xms[qa1", "the character '['"},
		"the first upper-case letter":           {"A", "the upper-case letter 'A' at position 1"},
		"the last upper-case letter":            {"Z", "the upper-case letter 'Z' at position 1"},
		"80 bytes, shown as a whole":            {strings.Repeat("a", 80), `"` + strings.Repeat("a", 80) + `" has 80 bytes`},
		"81 bytes, cut":                         {strings.Repeat("a", 81), `"` + strings.Repeat("a", 80) + `"… has 81 bytes`},
		"a star, which widens an ARN":           {"xms*", "the character '*'"},
		"full-width digits":                     {"xmsqa１", "U+FF11"},
		"invalid UTF-8":                         {"xms\xffqa1", "U+FFFD"},
		"26 characters of 2 bytes and a letter": {strings.Repeat("é", 26) + "a", "53 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			id, err := org.ParseID(c.id)
			if err == nil {
				t.Fatalf("ParseID(%q) = %q", c.id, id)
			}
			if id != "" {
				t.Errorf("a refused id is given out: %q", id)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %q, want it to say %q", err, c.says)
			}
			checkQuotedSafely(t, err)
		})
	}
}

// checkQuotedSafely holds an error that quotes foreign text to what a log line
// and an outcome can bear.
func checkQuotedSafely(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	if len(text) > 700 {
		t.Errorf("the error has %d bytes", len(text))
	}
	for _, r := range text {
		if !unicode.IsPrint(r) || r > 0xff && r != '…' {
			t.Fatalf("the error has the character %U: %q", r, text)
		}
	}
}
