package org_test

import (
	"strings"
	"testing"
	"time"
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
		"a megabyte":                            {strings.Repeat("a", 1<<20), "at most 52"},
		"a leading hyphen":                      {"-xmsqa1", "starts with a hyphen"},
		"a trailing hyphen":                     {"xmsqa1-", "ends with a hyphen"},
		"a hyphen alone":                        {"-", "starts with a hyphen"},
		"two hyphens in a row":                  {"xms--qa1", "two hyphens in a row at byte 3"},
		"a punycode start":                      {"xn--a", "two hyphens in a row"},
		"three hyphens in a row":                {"a---b", "two hyphens in a row"},
		"an upper-case letter":                  {"Xmsqa1", "the upper-case letter 'X' at byte 0"},
		"an upper-case letter inside":           {"xmsQa1", "the upper-case letter 'Q' at byte 3"},
		"a leading space":                       {" xmsqa1", "white space (U+0020) at byte 0"},
		"a trailing space":                      {"xmsqa1 ", "white space (U+0020)"},
		"a trailing newline":                    {"xmsqa1\n", "white space (U+000A) at byte 6"},
		"a trailing carriage return":            {"xmsqa1\r\n", "white space (U+000D)"},
		"a tab":                                 {"xms\tqa1", "white space (U+0009)"},
		"a no-break space":                      {"xmsqa1\u00a0", "white space (U+00A0)"},
		"an ideographic space":                  {"xmsqa1\u3000", "white space (U+3000)"},
		"a NUL":                                 {"xmsqa1\x00", "U+0000"},
		"a NUL before more":                     {"xmsqa1\x00-other", "U+0000"},
		"a backspace":                           {"xmsqa12\b", "U+0008"},
		"a delete":                              {"xmsqa1\x7f", "U+007F"},
		"an underscore":                         {"xms_qa1", "the character '_'"},
		"a dot":                                 {"xms.qa1", "the character '.'"},
		"a star, which widens an ARN":           {"xms*", "the character '*'"},
		"a question mark, likewise":             {"xms?", "the character '?'"},
		"a slash, which leaves the bucket":      {"a/b", "the character '/'"},
		"a policy variable":                     {"${aws:username}", "the character '$'"},
		"a colon":                               {"a:b", "the character ':'"},
		"a quote":                               {`a"b`, `the character '"'`},
		"a percent escape":                      {"a%2fb", "the character '%'"},
		"a path":                                {"../x", "the character '.'"},
		"full-width digits":                     {"xmsqa１", "U+FF11"},
		"full-width letters":                    {"ｘmsqa1", "U+FF58"},
		"Arabic-Indic digits":                   {"xmsqa١", "U+0661"},
		"a Cyrillic a":                          {"xmsq\u0430", "U+0430"},
		"a Greek omicron":                       {"\u03bfrg", "U+03BF"},
		"a dotless i":                           {"\u0131d", "U+0131"},
		"a long s":                              {"xm\u017fqa1", "U+017F"},
		"a Kelvin sign":                         {"\u212aey", "U+212A"},
		"a ligature":                            {"o\ufb03ce", "U+FB03"},
		"an accent":                             {"caf\u00e9", "U+00E9"},
		"a combining accent":                    {"cafe\u0301", "U+0301"},
		"a sharp s":                             {"stra\u00dfe", "U+00DF"},
		"a non-breaking hyphen":                 {"a\u2011b", "U+2011"},
		"an en dash":                            {"a\u2013b", "U+2013"},
		"a soft hyphen":                         {"a\u00adb", "U+00AD"},
		"a minus sign":                          {"a\u2212b", "U+2212"},
		"a zero-width space":                    {"xms\u200bqa1", "U+200B"},
		"a zero-width joiner":                   {"xms\u200dqa1", "U+200D"},
		"a byte order mark":                     {"\ufeffxmsqa1", "U+FEFF"},
		"a right-to-left override":              {"\u202e1aqsmx", "U+202E"},
		"an emoji":                              {"🍕", "U+1F355"},
		"invalid UTF-8":                         {"xms\xffqa1", "U+FFFD"},
		"a surrogate half encoded as UTF-8":     {"xms\xed\xa0\x80", "U+FFFD"},
		"an overlong slash":                     {"a\xc0\xafb", "U+FFFD"},
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

func TestParseIDIsFastForAnyLength(t *testing.T) {
	began := time.Now()
	if _, err := org.ParseID(strings.Repeat("-", 16<<20)); err == nil {
		t.Fatal("16 MiB of hyphens are an id")
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %s", took)
	}
}
