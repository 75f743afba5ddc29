package bucket

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// Statement is one statement of a bucket policy, read for its meaning
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
// Sets are sorted and without duplicates; nil means the element is absent.
type Statement struct {
	Sid                     string
	Effect                  string
	Principal, NotPrincipal Principals
	Action, NotAction       []string // lower case: action names ignore case
	Resource, NotResource   []string
	Condition               []string // one "operator key values" each

	// opaque: something in it wasn't understood, so its meaning is unknown.
	opaque bool
	raw    json.RawMessage
}

// Principals are principals by type ("AWS", "Service", …). Anyone is {"AWS": {"*"}}.
type Principals map[string][]string

const anyone = "*"

// parseStatement never fails: others write these, and what can't be understood
// is kept as it is and counts as undecidable.
func parseStatement(raw json.RawMessage) Statement {
	s := Statement{raw: raw}
	o, err := rawjson.Parse(raw)
	if err != nil {
		s.opaque = true
		return s
	}
	_, s.opaque = o.Duplicate()
	for _, m := range o {
		if !s.read(m) {
			s.opaque = true
		}
	}
	return s
}

// read takes in one element and tells whether it was understood.
func (s *Statement) read(m rawjson.Member) (ok bool) {
	switch m.Key {
	case "Sid":
		s.Sid, ok = rawjson.Text(m.Value)
	case "Effect":
		s.Effect, ok = rawjson.Text(m.Value)
	case "Principal":
		s.Principal, ok = readPrincipals(m.Value)
	case "NotPrincipal":
		s.NotPrincipal, ok = readPrincipals(m.Value)
	case "Action":
		s.Action, ok = readSet(m.Value, lower)
	case "NotAction":
		s.NotAction, ok = readSet(m.Value, lower)
	case "Resource":
		s.Resource, ok = readSet(m.Value, nil)
	case "NotResource":
		s.NotResource, ok = readSet(m.Value, nil)
	case "Condition":
		s.Condition, ok = readCondition(m.Value)
	}
	return ok
}

// equal tells whether two statements mean the same, whatever their Sids. What
// wasn't understood equals nothing.
func (s Statement) equal(t Statement) bool {
	return s.sameButWhoAndWhere(t) &&
		s.Principal.equal(t.Principal) && equalSets(s.Resource, t.Resource)
}

// sameButWhoAndWhere tells whether two statements differ at most in Principal
// and Resource.
func (s Statement) sameButWhoAndWhere(t Statement) bool {
	return !s.opaque && !t.opaque && s.Effect == t.Effect &&
		equalSets(s.Action, t.Action) && equalSets(s.NotAction, t.NotAction) &&
		s.NotPrincipal.equal(t.NotPrincipal) && equalSets(s.NotResource, t.NotResource) &&
		slices.Equal(s.Condition, t.Condition)
}

func (p Principals) equal(q Principals) bool {
	return (p == nil) == (q == nil) && maps.EqualFunc(p, q, slices.Equal)
}

func equalSets(a, b []string) bool { return (a == nil) == (b == nil) && slices.Equal(a, b) }

// hasVariables tells whether the statement's text means something else in
// another policy Version: ${…} are variables only since 2012-10-17.
func (s Statement) hasVariables() bool {
	var decoded any // the signs may be written as \u escapes
	if json.Unmarshal(s.raw, &decoded) != nil {
		return true
	}
	var out bytes.Buffer
	writeJSON(&out, decoded)
	return strings.Contains(out.String(), "${")
}
