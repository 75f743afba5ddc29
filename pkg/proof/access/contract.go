package access

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// example is the policy as the company's runbook shows it, for xmsqa1 in the
// account 935799716578.
//
//go:embed testdata/policy-example.json
var example string

// Documented returns the example for another bucket and organization.
func Documented(naming bucket.Naming, name, orgID string) string {
	return strings.NewReplacer(
		"fusion-rms-xmsqa1", name,
		"rms_xmsqa1", naming.ClientUserPrefix+orgID,
		"935799716578", naming.Account,
	).Replace(example)
}

// Policy compares a bucket's policy with the documented one by meaning.
func Policy(naming bucket.Naming, name, orgID, stored string) []Mismatch {
	want := Documented(naming, name, orgID)
	expected, err := policy.Parse([]byte(want))
	if err != nil {
		return []Mismatch{{"the documented policy of " + name, "a policy", err.Error()}}
	}
	got, err := policy.Parse([]byte(stored))
	if err != nil {
		return []Mismatch{{"policy of " + name, "a policy", err.Error()}}
	}
	absent := func(s policy.Statement) bool { return !slices.ContainsFunc(got.Statements, s.Equal) }
	if slices.ContainsFunc(expected.Statements, absent) {
		return []Mismatch{{"policy of " + name, want, stored}}
	}
	return Differs("statements in the policy of "+name, len(got.Statements), len(expected.Statements))
}
