package policy_test

import "testing"

// TestOnlyPrincipalsOfTypeAWSAreShortened: elsewhere the ARN of a root and an account's
// number don't mean the same, and what can't be read is others' all the same.
func TestOnlyPrincipalsOfTypeAWSAreShortened(t *testing.T) {
	const root, number = `"arn:aws:iam::111122223333:root"`, `"111122223333"`
	for text, want := range map[string]string{
		`{"Principal":{"AWS":` + root + `}}`:                                      `{"Principal":{"AWS":` + number + `}}`,
		`{"NotPrincipal":{"AWS":[` + root + `,"111122223333",` + root + `]}}`:     `{"NotPrincipal":{"AWS":[` + number + `,"111122223333",` + number + `]}}`,
		`{"Principal":{"AWS":"arn:aws:iam::111122223333:role/x"}}`:                "",
		`{"Principal":{"AWS":[]}}`:                                                "",
		`{"Principal":{"Service":` + root + `,"Federated":[` + root + `]}}`:       "",
		`{"Principal":"*","Sid":` + root + `,"Resource":[` + root + `]}`:          "",
		`{"Condition":{"ArnEquals":{"aws:PrincipalArn":` + root + `,"AWS":"x"}}}`: "",
		`{"Condition":{"StringEquals":{"AWS":` + root + `,"Principal":"x"}}}`:     "",
		`{"Principal":{"AWS":{"AWS":7,"x":` + root + `}},"AWS":` + root + `}`:     "",
		`"x"`: "", `7`: "", `null`: "", `[` + root + `]`: "", root: "", `{"Principal":null,"Action":7}`: "", `{"Principal":{"AWS":7}}`: "",
	} {
		d := document(t, `{"Statement":[`+text+`,{"Sid":"next"}]}`)
		before := string(d.JSON())
		if want == "" {
			want = text
		}
		if got := string(d.Shortened().JSON()); got != `{"Statement":[`+want+`,{"Sid":"next"}]}` {
			t.Errorf("%s became %s", text, got)
		}
		if got := string(d.JSON()); got != before {
			t.Errorf("shortened, the policy itself became %s", got)
		}
	}
}
