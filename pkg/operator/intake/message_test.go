package intake_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

func TestABodyIsTheCanonicalMessage(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../../docs/organization-created.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ correlation, want string }{
		{"backfill-1", `{"type":"OrganizationCreated","orgId":"xmsqa1","correlationId":"backfill-1"}`},
		{`<a> & "b"\`, `{"type":"OrganizationCreated","orgId":"xmsqa1","correlationId":"<a> & \"b\"\\"}`},
		{"", `{"type":"OrganizationCreated","orgId":"xmsqa1"}`},
	} {
		body := intake.Body("xmsqa1", c.correlation)
		if body != c.want {
			t.Errorf("got %s, want %s", body, c.want)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(body)))
		if err == nil {
			err = schema.Validate(doc)
		}
		if err != nil {
			t.Errorf("%s breaks the contract: %v", body, err)
		}
		event, err := org.Parse([]byte(body))
		if err != nil || event.OrgID != "xmsqa1" || event.CorrelationID != c.correlation || len(event.Warnings) > 0 {
			t.Errorf("the function reads %+v, %v", event, err)
		}
	}
}

func TestOnlyACorrelationIDThatComesBackIsTaken(t *testing.T) {
	for _, good := range []string{"a", " ", "backfill 2026-11-23 <x>", `\"`, strings.Repeat("~", 128)} {
		if err := intake.CheckCorrelationID(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", strings.Repeat("x", 129), "é", "a\nb", "a\x7f", "\xff", "\x1b[2J", strings.Repeat("Ж", 100_000)} {
		err := intake.CheckCorrelationID(bad)
		if err == nil {
			t.Errorf("%.20q was taken", bad)
			continue
		}
		checkShowable(t, err)
	}
}
