package policy_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/policy"
)

func TestEachKeyInAnotherSpellingIsRefused(t *testing.T) {
	for _, key := range []string{"version", "id", "VERSION", "ID"} {
		if _, err := policy.Parse([]byte(`{"Statement":[],"` + key + `":"x"}`)); err == nil {
			t.Errorf("%s is taken", key)
		}
	}
}

func TestEdgesOfTheMeaning(t *testing.T) {
	element := func(e string) policy.Statement { return statement(t, `"Effect":"Allow",`+e) }
	for name, c := range map[string]struct{ a, b string }{
		"the character after Z":  {`"Action":"s3:["`, `"Action":"s3:{"`},
		"the character before A": {`"Action":"s3:@"`, "\"Action\":\"s3:`\""},
		"anyone of another type": {`"Principal":{"Service":["*","a"]}`, `"Principal":{"Service":"*"}`},
	} {
		if element(c.a).Equal(element(c.b)) {
			t.Errorf("%s: %s means %s", name, c.a, c.b)
		}
	}
	if element(`"Principal":{"AWS":"a~"}`).Public() {
		t.Error("a~ is the public")
	}
	if !element(`"Principal":{"AWS":"a"},"NotPrincipal":{"AWS":"b"}`).Public() {
		t.Error("everyone but one isn't the public if somebody is named, too")
	}
	d := policy.New()
	d.Statements = append(d.Statements, policy.Allow("a<b", "u", "r", "s3:A"))
	if text := string(d.JSON()); !strings.Contains(text, `"a<b"`) {
		t.Errorf("escaped: %s", text)
	}
}
