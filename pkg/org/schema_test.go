package org_test

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fusionpos/orgbucket/pkg/org"
)

const schemaFile = "../../docs/organization-created.schema.json"

// TestThePublishedSchemaAndTheParserAgree: senders who hold their messages
// against the schema must not find out from a dead letter that it was wrong.
func TestThePublishedSchemaAndTheParserAgree(t *testing.T) {
	schema := jsonschema.NewCompiler()
	schema.AssertContent()
	compiled, err := schema.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range agreed(t) {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		_, parseErr := org.Parse([]byte(body))
		if schemaErr := compiled.Validate(doc); (schemaErr == nil) != (parseErr == nil) {
			t.Errorf("%s\nschema: %v\nparser: %v", body, schemaErr, parseErr)
		}
	}
}

// agreed are bodies about which the schema can say all that the parser does.
func agreed(t *testing.T) []string {
	t.Helper()
	all := []string{
		event, `{"orgId":"a"}`, `{"orgId":"a","x":1}`, `{"orgId":"a","type":"OrganizationCreated"}`,
		`{}`, `[]`, `null`, `"a"`, `{"orgId":1}`, `{"orgId":null}`, `{"orgId":""}`, `{"orgId":"A"}`, `{"orgId":"a--b"}`, `{"orgId":"-a"}`,
		`{"orgId":"a-"}`, `{"orgId":"a\n"}`, `{"orgId":"１"}`, `{"orgId":"` + strings.Repeat("a", 52) + `"}`, `{"orgId":"` + strings.Repeat("a", 53) + `"}`,
		`{"type":"OrganizationDeleted","orgId":"a"}`, `{"type":null,"orgId":"a"}`, `{"Type":"OrganizationCreated","orgId":"a"}`,
		`{"Type":"SubscriptionConfirmation","Message":"x","orgId":"a"}`,
		`{"detail-type":"Other","detail":{"orgId":"a"}}`, `{"detail-type":"OrganizationCreated","orgId":"a"}`,
		`{"detail-type":"OrganizationCreated","Type":"Rule","detail":{"orgId":"a"}}`,
		`{"specversion":"1.0","type":"OrganizationCreated","data":"{\"orgId\":\"a\"}"}`, `{"specversion":"1.0","type":"OrganizationCreated","data_base64":"eyJvcmdJZCI6ImEifQ=="}`,
		`{"specversion":"1.0","type":"OrganizationCreated","data":"{}"}`, `{"specversion":"1.0","type":"OrganizationCreated","data_base64":"e30="}`, `{"specversion":"1.0","type":"OrganizationCreated"}`,
		`{"specversion":"1.0","type":"OrganizationCreated","data":{"orgId":"a"},"data_base64":"eyJvcmdJZCI6ImEifQ=="}`,
		`{"specversion":"0.3","type":"OrganizationCreated","data":{"orgId":"a"}}`, `{"specversion":"1.0","data":{"orgId":"a"}}`,
		`{"specversion":"1.0","type":"OrganizationCreated","detail-type":"OrganizationCreated","data":{"orgId":"a"},"detail":{"orgId":"a"}}`,
	}
	for _, body := range examples(t) {
		all = append(all, body)
	}
	for _, wrap := range envelopes {
		for _, content := range []string{event, `{}`, `{"orgId":"A"}`, `{"type":"Other","orgId":"a"}`, `[]`, envelopes["EventBridge"](event)} {
			all = append(all, wrap(content))
		}
	}
	return all
}
