package policy

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
	Condition               []Condition

	// opaque: something in it wasn't understood, so its meaning is unknown.
	opaque bool
	raw    json.RawMessage
}

// Principals are principals by type ("AWS", "Service", …). Everyone, signed in or
// not, is {"AWS": {[Anyone]}}.
type Principals map[string][]string

// Anyone is the principal that stands for everyone.
const Anyone = "*"

// Allow makes a statement that allows a principal some actions on a resource. The
// actions have to be in the order of their names.
func Allow(sid, principal, resource string, actions ...string) Statement {
	s := Statement{Sid: sid, Effect: "Allow", Principal: Principals{"AWS": {principal}}, Resource: []string{resource}}
	for _, a := range actions {
		s.Action = append(s.Action, lower(a))
	}
	text := struct {
		Sid, Effect       string
		Principal, Action any
		Resource          string
	}{sid, s.Effect, map[string]string{"AWS": principal}, actions, resource}
	if principal == Anyone {
		text.Principal = Anyone
	}
	if len(actions) == 1 {
		text.Action = actions[0]
	}
	var out bytes.Buffer
	writeJSON(&out, text)
	s.raw = out.Bytes()
	return s
}

// parseStatement never fails: a statement that can't be understood is kept as it
// is and counts as undecidable.
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

// read reads one element and reports whether it was understood.
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

// Equal reports whether two statements mean the same. The order of sets, Sid, a string or
// a list of one, "*" or {"AWS":"*"}, and the case of actions make no difference. A
// statement that wasn't understood equals nothing.
func (s Statement) Equal(t Statement) bool {
	return s.EqualButTarget(t) && s.EqualPrincipal(t) && equalSets(s.Resource, t.Resource)
}

// EqualButUser reports whether two statements differ at most in Principal, and s names
// nobody but a user by its unique id.
func (s Statement) EqualButUser(t Statement) bool {
	user := s.Principal["AWS"]
	return len(s.Principal) == 1 && len(user) == 1 && isUniqueID(user[0]) && strings.HasPrefix(user[0], "AIDA") &&
		s.EqualButTarget(t) && equalSets(s.Resource, t.Resource)
}

// EqualPrincipal reports whether two statements have the same Principal.
func (s Statement) EqualPrincipal(t Statement) bool { return s.Principal.equal(t.Principal) }

// EqualButTarget reports whether two statements differ at most in Principal and
// Resource.
func (s Statement) EqualButTarget(t Statement) bool {
	return !s.opaque && !t.opaque && s.Effect == t.Effect &&
		equalSets(s.Action, t.Action) && equalSets(s.NotAction, t.NotAction) &&
		s.NotPrincipal.equal(t.NotPrincipal) && equalSets(s.NotResource, t.NotResource) &&
		slices.EqualFunc(s.Condition, t.Condition, func(a, b Condition) bool { return a.compare(b) == 0 })
}

func (p Principals) equal(q Principals) bool {
	return (p == nil) == (q == nil) && maps.EqualFunc(p, q, slices.Equal)
}

func equalSets(a, b []string) bool { return (a == nil) == (b == nil) && slices.Equal(a, b) }
