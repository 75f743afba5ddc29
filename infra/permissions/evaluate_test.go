package permissions_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/permissions"
)

// call is a request to AWS: an action on a resource with its condition keys.
type call struct {
	action, resource string
	keys             map[string][]string
}

// allows is a small IAM of its own: it reads the document as JSON and lets an
// explicit Deny win over an Allow. It knows the operators that are used and
// fails the test on any other.
func allows(t *testing.T, document []byte, c call) bool {
	t.Helper()
	var policy struct{ Statement []permissions.Statement }
	if err := json.Unmarshal(document, &policy); err != nil {
		t.Fatal(err)
	}
	allowed := false
	for _, s := range policy.Statement {
		if !covers(s.Action, s.NotAction, strings.ToLower(c.action), strings.ToLower) || !covers(s.Resource, s.NotResource, c.resource, strings.Clone) || !holds(t, s, c) {
			continue
		}
		if s.Effect == "Deny" {
			return false
		}
		allowed = s.Effect == "Allow" || allowed
	}
	return allowed
}

func covers(list, not []string, text string, normal func(string) string) bool {
	for _, pattern := range not {
		if glob(normal(pattern), text) {
			return false
		}
	}
	for _, pattern := range list {
		if glob(normal(pattern), text) {
			return true
		}
	}
	return len(not) > 0
}

// glob matches * and ?; like IAM's, * goes over slashes and colons, too.
func glob(pattern, text string) bool {
	if pattern == "" {
		return text == ""
	}
	if pattern[0] == '*' {
		return glob(pattern[1:], text) || text != "" && glob(pattern, text[1:])
	}
	return text != "" && (pattern[0] == '?' || pattern[0] == text[0]) && glob(pattern[1:], text[1:])
}

func holds(t *testing.T, s permissions.Statement, c call) bool {
	t.Helper()
	for operator, keys := range s.Condition {
		for key, want := range keys {
			got, present := c.keys[key]
			ok := false
			switch operator {
			case "StringEquals":
				ok = present && len(got) == 1 && contains(want, got[0])
			case "StringEqualsIfExists":
				ok = !present || len(got) == 1 && contains(want, got[0])
			case "ForAllValues:StringEquals":
				ok = true // also when there are none: hence Null beside it
				for _, g := range got {
					ok = ok && contains(want, g)
				}
			case "Null":
				ok = (want[0] == "true") == !present
			default:
				t.Fatalf("statement %s uses the operator %s, which this test doesn't know", s.Sid, operator)
			}
			if !ok {
				return false
			}
		}
	}
	return true
}

func contains(list []string, text string) bool {
	for _, s := range list {
		if s == text {
			return true
		}
	}
	return false
}
