package intake_test

import (
	"bytes"
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
