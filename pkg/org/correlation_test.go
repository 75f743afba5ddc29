package org_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/org"
)

func TestParseKeepsAUsableCorrelationID(t *testing.T) {
	for name, id := range map[string]string{
		"one character":             "x",
		"256 characters":            strings.Repeat("x", 256),
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
		"an empty one":                    {`""`, "has 0 bytes, 1 to 256"},
		"257 characters":                  {`"` + strings.Repeat("x", 257) + `"`, "has 257 bytes"},
		"128 characters of 2 bytes and 1": {`"` + strings.Repeat("é", 128) + `x"`, "has 257 bytes"},
		"a newline, which forges a log":   {`"a\nlevel=ERROR"`, "at position 2"},
		"a NUL":                           {`"\u0000"`, "at position 1"},
		"a delete":                        {`"a\u007f"`, "at position 2"},
		"a tab":                           {`"a\tb"`, "at position 2"},
		"an accent":                       {`"caf\u00e9"`, "at position 4"},
		"half a surrogate":                {`"\ud800"`, "at position 1"},
		"a number":                        {`4711`, "isn't a string"},
		"null":                            {`null`, "isn't a string"},
		"an object":                       {`{"id":"x"}`, "isn't a string"},
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

func TestTheContextIsPassedOnAsItCame(t *testing.T) {
	for context, kept := range map[string]bool{
		strings.Repeat("x", 2048): true, `AQCAA/+=`: true, `{\"token\":\"x\"}`: true,
		strings.Repeat("x", 2049): false, "": false, `a\nb`: false, `\u00e9`: false,
	} {
		e := accepted(t, `{"orgId":"a","context":"`+context+`"}`, "a")
		want := strings.ReplaceAll(context, `\"`, `"`)
		if kept && (e.Context != want || len(e.Warnings) > 0) || !kept && (e.Context != "" || len(e.Warnings) != 1 || !strings.Contains(e.Warnings[0].Text, "context")) {
			t.Errorf("%.40q: got %.40q, warnings %q", context, e.Context, e.Warnings)
		}
	}
	if e := accepted(t, `{"orgId":"a","context":{"token":"x"}}`, "a"); e.Context != "" || len(e.Warnings) != 1 {
		t.Errorf("an object: %+v", e)
	}
}

// A workflow that waits has to be told of a refusal, too.
func TestARefusedMessageKeepsWhatIsPassedOn(t *testing.T) {
	const passed = `"correlationId":"c","context":"t"`
	for _, body := range []string{
		`{` + passed + `}`, `{` + passed + `,"orgId":7}`, `{` + passed + `,"orgId":"X"}`, `{` + passed + `,"orgId":"a","orgId":"b"}`,
		`{` + passed + `,"orgid":"a"}`, `{` + passed + `,"orgId":"a","type":"OrganizationDeleted"}`, `{` + passed + `,"orgId":"a","type":7}`,
		`{"detail-type":"OrganizationCreated","detail":{` + passed + `}}`,
	} {
		if e, err := org.Parse([]byte(body)); err == nil || e.CorrelationID != "c" || e.Context != "t" || e.OrgID != "" {
			t.Errorf("%s: %+v, %v", body, e, err)
		}
	}
	if e, err := org.Parse([]byte(`{"orgId":"a","context":"s","context":"t"}`)); err == nil || e.Context != "" {
		t.Errorf("of two contexts one is taken: %+v, %v", e, err)
	}
}
