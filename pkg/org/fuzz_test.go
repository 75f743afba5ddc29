package org_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// legalID says the rules for ids a second time, in another way than the parser.
var legalID = regexp.MustCompile(`\A[a-z0-9]+(-[a-z0-9]+)*\z`)

func isLegalID(s string) bool { return len(s) <= 52 && legalID.MatchString(s) }

// FuzzParse: no body makes the parser panic, an accepted one gives a legal id
// and, written down as a bare event, the same event again; a refused one is invalid.
func FuzzParse(f *testing.F) {
	for _, wrap := range envelopes {
		f.Add([]byte(wrap(event)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := org.Parse(body)
		if err != nil {
			if fault.Of(err).Kind() != fault.Invalid {
				t.Fatalf("Parse(%q): %v is not invalid", body, err)
			}
			checkQuotedSafely(t, err)
			return
		}
		if id, err := org.ParseID(string(e.OrgID)); err != nil || id != e.OrgID {
			t.Fatalf("Parse(%q) gives the id %q: %v", body, e.OrgID, err)
		}
		checkRewritten(t, e)
	})
}

// checkRewritten holds that an event means the same when it's sent on.
func checkRewritten(t interface {
	Helper()
	Fatalf(string, ...any)
}, e org.OrganizationCreated) {
	t.Helper()
	plain := map[string]string{"type": org.EventType, "orgId": string(e.OrgID)}
	if e.CorrelationID != "" {
		plain["correlationId"] = e.CorrelationID
	}
	body, err := json.Marshal(plain)
	if err != nil {
		t.Fatalf("write the event down: %v", err)
	}
	again, err := org.Parse(body)
	e.Warnings = nil // they are about what was left out
	if err != nil || !reflect.DeepEqual(again, e) {
		t.Fatalf("%+v became %+v, %v", e, again, err)
	}
}

// FuzzParseID: exactly the legal ids are accepted, and given back as they are.
func FuzzParseID(f *testing.F) {
	for _, seed := range []string{"xmsqa1", "a-b", "a--b", "-a", "a\n", "１", "a\x00", "A", ""} {
		f.Add(seed)
	}
	for _, id := range hostileIDs(f) {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := org.ParseID(s)
		if (err == nil) != isLegalID(s) {
			t.Fatalf("ParseID(%q) = %q, %v", s, id, err)
		}
		if err == nil && string(id) != s {
			t.Fatalf("ParseID(%q) = %q", s, id)
		}
	})
}

func TestEveryLegalIDComesThroughEveryEnvelope(t *testing.T) {
	wraps := []string{"SNS", "EventBridge", "CloudEvent"}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[a-z0-9]{1,10}(-[a-z0-9]{1,9}){0,4}`).Filter(isLegalID).Draw(t, "id")
		correlation := rapid.StringMatching(`[ -~]{0,128}`).Draw(t, "correlation id")
		fields := map[string]any{"orgId": id, "note": rapid.String().Draw(t, "note")}
		if correlation != "" {
			fields["correlationId"] = correlation
		}
		body, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(wraps), 0, 3).Draw(t, "envelopes") {
			body = []byte(envelopes[name](string(body)))
		}
		e, err := org.Parse(body)
		if err != nil || string(e.OrgID) != id || e.CorrelationID != correlation || len(e.Warnings) > 0 {
			t.Fatalf("Parse(%s) = %+v, %v", body, e, err)
		}
		checkRewritten(t, e)
	})
}

func TestNoOtherTextIsEverAnID(t *testing.T) {
	almost := rapid.StringOf(rapid.OneOf(
		rapid.RuneFrom([]rune("abz019-")), rapid.RuneFrom([]rune("-A_*?$/. \n\x00１é\u200b")),
	))
	rapid.Check(t, func(t *rapid.T) {
		s := almost.Draw(t, "text")
		if _, err := org.ParseID(s); (err == nil) != isLegalID(s) {
			t.Fatalf("ParseID(%q): %v", s, err)
		}
	})
}
