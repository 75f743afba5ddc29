package org_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// accepted holds a body to giving an organization id and nothing to warn of.
func accepted(t *testing.T, body, id string) org.OrganizationCreated {
	t.Helper()
	e, err := org.Parse([]byte(body))
	if err != nil {
		t.Fatalf("Parse(%q): %v", body, err)
	}
	if string(e.OrgID) != id {
		t.Fatalf("Parse(%q) gives organization %q, want %q", body, e.OrgID, id)
	}
	return e
}

// refused holds a body to being refused with a code and a text that says why.
func refused(t *testing.T, body string, code fault.Code, says string) {
	t.Helper()
	e, err := org.Parse([]byte(body))
	switch {
	case err == nil:
		t.Fatalf("Parse(%.300q) = %+v", body, e)
	case e.OrgID != "":
		t.Errorf("a refused message gives out the id %q", e.OrgID)
	case !fault.Is(err, code):
		t.Errorf("got %v, want %s", err, code)
	case fault.Of(err).Kind() != fault.Invalid:
		t.Errorf("%v is %s: it would be tried again for nothing", err, fault.Of(err).Kind())
	case !strings.Contains(err.Error(), says):
		t.Errorf("got %q, want it to say %q", err, says)
	}
	checkQuotedSafely(t, err)
}

func TestParseTakesTheCanonicalEvent(t *testing.T) {
	for name, body := range map[string]string{
		"as the documentation shows it":           `{"type":"OrganizationCreated","orgId":"xmsqa1","correlationId":"c-1"}`,
		"with only the id":                        `{"orgId":"xmsqa1"}`,
		"with white space":                        " \r\n\t{ \"orgId\" :\n\"xmsqa1\" } \n",
		"with unknown fields":                     `{"orgId":"xmsqa1","plan":{"orgId":"other"},"x":[1,null,{"type":"Y"}]}`,
		"with an unknown field twice":             `{"orgId":"xmsqa1","plan":1,"plan":2}`,
		"with an escaped key":                     `{"org\u0049d":"xmsqa1"}`,
		"with an escaped id":                      `{"orgId":"\u0078msqa1"}`,
		"with an empty key":                       `{"":1,"orgId":"xmsqa1"}`,
		"with a field that ends like one of ours": `{"x-type":"Other","orgId":"xmsqa1","org_id":"other"}`,
		"with a field of half a surrogate":        `{"orgId":"xmsqa1","name":"\ud800"}`,
		"with a name in another script":           `{"orgId":"xmsqa1","name":"Gasthaus „Zur Sonne“ 🍕"}`,
		"with envelope words in values":           `{"orgId":"xmsqa1","name":"specversion","kind":"Notification"}`,
		"with an AWS region field and an id":      `{"orgId":"xmsqa1","id":"1","source":"x","detail":{"orgId":"other"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if e := accepted(t, body, "xmsqa1"); len(e.Warnings) > 0 {
				t.Errorf("warnings: %q", e.Warnings)
			}
		})
	}
}

func TestParseRefusesWhatIsNoOrganizationCreatedEvent(t *testing.T) {
	const malformed, unexpected, badID = fault.MalformedMessage, fault.UnexpectedEventType, fault.InvalidOrganizationID
	for name, c := range map[string]struct {
		body string
		code fault.Code
		says string
	}{
		"an empty body":                      {"", malformed, "ends too early"},
		"plain text":                         {"xmsqa1", malformed, "isn't JSON"},
		"a JSON string":                      {`"xmsqa1"`, malformed, "but a string"},
		"a list of events":                   {`[{"orgId":"xmsqa1"}]`, malformed, "but an array"},
		"null":                               {"null", malformed, "but null"},
		"an empty object":                    {"{}", malformed, `has no "orgId"`},
		"a truncated event":                  {`{"orgId":"xmsqa1"`, malformed, "ends too early"},
		"two events":                         {`{"orgId":"a"}{"orgId":"b"}`, malformed, "something after"},
		"an event and a line of text":        {"{\"orgId\":\"a\"}\nbye", malformed, "something after"},
		"a byte order mark":                  {"\ufeff{\"orgId\":\"a\"}", malformed, "isn't JSON"},
		"UTF-16":                             {"\xff\xfe{\x00}\x00", malformed, "UTF-8"},
		"invalid UTF-8 in the id":            {"{\"orgId\":\"a\xff\"}", malformed, "UTF-8"},
		"invalid UTF-8 in a field not read":  {"{\"orgId\":\"a\",\"x\":\"\xc3\x28\"}", malformed, "UTF-8"},
		"an id that is a number":             {`{"orgId":1}`, malformed, "isn't a string"},
		"an id in an object":                 {`{"orgId":{"S":"a"}}`, malformed, "isn't a string"},
		"an id of no characters":             {`{"orgId":""}`, badID, "is empty"},
		"another event":                      {`{"type":"OrganizationDeleted","orgId":"a"}`, unexpected, `"OrganizationDeleted"`},
		"another event without an id":        {`{"type":"OrganizationDeleted"}`, unexpected, "OrganizationDeleted"},
		"a type in another case":             {`{"type":"organizationCreated","orgId":"a"}`, unexpected, "organizationCreated"},
		"a type with a space":                {`{"type":"OrganizationCreated ","orgId":"a"}`, unexpected, "OrganizationCreated "},
		"an empty type":                      {`{"type":"","orgId":"a"}`, unexpected, `""`},
		"a type that is null":                {`{"type":null,"orgId":"a"}`, malformed, "isn't a string"},
		"a huge type":                        {`{"type":"` + strings.Repeat("é\\n", 9000) + `","orgId":"a"}`, unexpected, "…"},
		"the id twice":                       {`{"orgId":"a","orgId":"b"}`, malformed, `"orgId" more than once`},
		"the same id twice":                  {`{"orgId":"a","orgId":"a"}`, malformed, "more than once"},
		"the id twice, once escaped":         {`{"orgId":"a","\u006frgId":"b"}`, malformed, "more than once"},
		"the type twice":                     {`{"type":"OrganizationDeleted","type":"OrganizationCreated","orgId":"a"}`, malformed, "more than once"},
		"the correlation id twice":           {`{"orgId":"a","correlationId":"x","correlationId":"y"}`, malformed, "more than once"},
		"orgID":                              {`{"orgID":"a"}`, malformed, `must be written "orgId"`},
		"orgid beside orgId":                 {`{"orgId":"a","orgid":"b"}`, malformed, `must be written "orgId"`},
		"an escaped ORGID beside orgId":      {`{"orgId":"a","\u004fRGID":"b"}`, malformed, `must be written "orgId"`},
		"Type instead of type":               {`{"Type":"OrganizationCreated","orgId":"a"}`, malformed, `must be written "type"`},
		"CorrelationId":                      {`{"orgId":"a","CorrelationId":"x"}`, malformed, `must be written "correlationId"`},
		"an S3 test event":                   {`{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}`, malformed, `has no "orgId"`},
		"a body of one byte more than 1 MiB": {padded(org.MaxBodySize + 1), malformed, "1048577 bytes, at most 1048576"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.body, c.code, c.says) })
	}
}

// padded is an acceptable event of exactly size bytes.
func padded(size int) string {
	const head, tail = `{"orgId":"xmsqa1","x":"`, `"}`
	return head + strings.Repeat("x", size-len(head)-len(tail)) + tail
}

func TestParseTakesABodyOfExactly1MiB(t *testing.T) {
	accepted(t, padded(org.MaxBodySize), "xmsqa1")
}
