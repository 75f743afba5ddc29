package policy_test

import (
	"testing"

	"github.com/fusionpos/orgbucket/pkg/policy"
)

// TestWhoOfAnotherAccountIsLetIn: while RestrictPublicBuckets is on, S3 keeps them out of a
// bucket with a public policy.
func TestWhoOfAnotherAccountIsLetIn(t *testing.T) {
	const allow, to, deed = `"Effect":"Allow",`, `"Principal":`, `,"Action":"s3:GetObject","Resource":"arn:b/*"`
	const account = `{"CanonicalUser":"` + canonical + `"}`
	const organization = `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`
	for elements, want := range map[string]bool{
		allow + to + `{"AWS":"111122223333"}` + deed:                                                                  true,
		allow + to + `{"AWS":"arn:aws:iam::111122223333:root"}` + deed:                                                true,
		allow + to + `{"AWS":"arn:aws:iam::111122223333:role/x"}` + deed:                                              true,
		allow + to + `{"AWS":"arn:aws:sts::111122223333:assumed-role/x/y"}` + deed:                                    true,
		allow + to + `{"AWS":["` + user + `","111122223333"]}` + deed:                                                 true,
		allow + to + `{"AWS":"` + user + `","Service":"s3.amazonaws.com","CanonicalUser":"` + canonical + `"}` + deed: true,
		allow + to + account + deed:                                                                                   true, // whose it is isn't known
		allow + to + `{"AWS":"111122223333"},"NotAction":"s3:PutObject","Resource":"arn:b/*"`:                         true,
		allow + to + `"*"` + deed + organization:                                                                      true,
		allow + to + `{"AWS":"arn:aws:iam::*:role/x"}` + deed + organization:                                          true,
		allow + `"NotPrincipal":{"AWS":"111122223333"}` + deed + organization:                                         true,
		allow + to + `{"Federated":"accounts.example"}` + deed + organization:                                         true,
		allow + to + `{"AWS":"123456789012"}` + deed:                                                                  false,
		allow + to + `{"AWS":"arn:aws:iam::123456789012:root"}` + deed:                                                false,
		allow + to + `{"AWS":"` + user + `"}` + deed:                                                                  false,
		allow + to + `{"AWS":["123456789012","` + user + `"]}` + deed:                                                 false,
		allow + to + `{"AWS":"AROAEXAMPLE1"}` + deed:                                                                  false, // S3 knows, and a warning of its own tells
		allow + to + `{"Service":"s3.amazonaws.com"}` + deed:                                                          false, // which S3 doesn't keep out
		allow + to + `{"Service":"111122223333"}` + deed:                                                              false,
		allow + to + `"*"` + deed:                                                                                     false, // that is the public
		allow + to + `{"AWS":["*","111122223333"]}` + deed:                                                            false,
		allow + `"NotPrincipal":{"AWS":"111122223333"}` + deed:                                                        false,
		`"Effect":"Deny",` + to + `{"AWS":"111122223333"}` + deed:                                                     false,
		`"Effect":"Deny",` + to + account + deed:                                                                      false,
		`"Effect":"Deny",` + to + `"*"` + deed + organization:                                                         false,
	} {
		if got := statement(t, elements).AllowsOthers("123456789012"); got != want {
			t.Errorf("%s: %v, want %v", elements, got, want)
		}
	}
}

// TestAPolicyIsPublicByOneStatement that allows the public something, or may do so. A Deny
// doesn't.
func TestAPolicyIsPublicByOneStatement(t *testing.T) {
	const one = `{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}`
	const everyone = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:b/pub/*"}`
	const deny = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`
	for statements, want := range map[string]bool{
		"": false, one: false, deny: false, one + "," + deny: false,
		everyone: true, one + "," + everyone: true, everyone + "," + deny: true,
		`{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}`: true,
		`{"Effect":"deny","Principal":"*","Action":"s3:*","Resource":"*"}`:                        true, // nobody knows that effect
		`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Unless":"x"}`:           true, // not understood
		`{"Effect":"Allow","Principal":"*","Effect":"Deny","Action":"s3:*","Resource":"*"}`:       true,
	} {
		if got := document(t, `{"Statement":[`+statements+`]}`).Public(); got != want {
			t.Errorf("%s: %v, want %v", statements, got, want)
		}
	}
	if (policy.Document{}).Public() {
		t.Error("no policy is public")
	}
}

// TestTheFirstUniqueIDIsToldWithItsStatement, which is what a person looks for.
func TestTheFirstUniqueIDIsToldWithItsStatement(t *testing.T) {
	const alive, dead, dead2 = `{"Sid":"A","Effect":"Allow","Principal":{"AWS":"111122223333"}}`, `{"Sid":"B","Principal":{"AWS":"AIDAEXAMPLE1"}}`, `{"Principal":{"AWS":"AIDAEXAMPLE2"}}`
	for statements, want := range map[string][2]string{
		alive: {"", ""}, "": {"", ""}, alive + "," + dead + "," + dead2: {"AIDAEXAMPLE1", `2 ("B")`}, dead2 + "," + dead: {"AIDAEXAMPLE2", "1"},
	} {
		if id, name := document(t, `{"Statement":[`+statements+`]}`).UniqueID(); id != want[0] || name != want[1] {
			t.Errorf("%s: %q in %q, want %q", statements, id, name, want)
		}
	}
}
