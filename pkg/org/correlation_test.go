package org_test

import (
	"strings"
	"testing"
)

func TestParseKeepsAUsableCorrelationID(t *testing.T) {
	for name, id := range map[string]string{
		"one character":             "x",
		"128 characters":            strings.Repeat("x", 128),
		"a UUID":                    "2f1e0c2e-9a3b-4c1d-8e7f-0123456789ab",
		"every printable character": " !#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~",
	} {
		t.Run(name, func(t *testing.T) {
			e := accepted(t, `{"orgId":"a","correlationId":"`+id+`"}`, "a")
			if e.CorrelationID != id || len(e.Warnings) > 0 {
				t.Errorf("got %q with warnings %q", e.CorrelationID, e.Warnings)
			}
		})
	}
}

func TestParseLeavesOutAnUnusableCorrelationIDAndWarns(t *testing.T) {
	for name, c := range map[string]struct{ json, says string }{
		"an empty one":                   {`""`, "has 0 bytes, 1 to 128"},
		"129 characters":                 {`"` + strings.Repeat("x", 129) + `"`, "has 129 bytes"},
		"64 characters of 2 bytes and 1": {`"` + strings.Repeat("é", 64) + `x"`, "has 129 bytes"},
		"a newline, which forges a log":  {`"a\nlevel=ERROR"`, "at byte 1"},
		"a NUL":                          {`"\u0000"`, "at byte 0"},
		"a delete":                       {`"a\u007f"`, "at byte 1"},
		"a tab":                          {`"a\tb"`, "at byte 1"},
		"an accent":                      {`"caf\u00e9"`, "at byte 3"},
		"half a surrogate":               {`"\ud800"`, "at byte 0"},
		"a number":                       {`4711`, "isn't a string"},
		"null":                           {`null`, "isn't a string"},
		"an object":                      {`{"id":"x"}`, "isn't a string"},
	} {
		t.Run(name, func(t *testing.T) {
			e := accepted(t, `{"orgId":"a","correlationId":`+c.json+`}`, "a")
			if e.CorrelationID != "" {
				t.Errorf("it was kept: %q", e.CorrelationID)
			}
			if len(e.Warnings) != 1 || !strings.Contains(e.Warnings[0].Text, c.says) || !strings.Contains(e.Warnings[0].Text, "left out") {
				t.Errorf("warnings %q, want one that says %q and that it was left out", e.Warnings, c.says)
			}
		})
	}
}
