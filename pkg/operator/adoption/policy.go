package adoption

import (
	"maps"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/policy"
)

// Line is a policy's statement in short, for a person to read. The outlook says what
// it means to the organization's pub/.
type Line struct {
	Sid    string `json:"sid,omitempty"`
	Effect string `json:"effect,omitempty"`
	Who    string `json:"who"`
	What   string `json:"what"`
	Where  string `json:"where"`
	// Conditions is the number of its conditions.
	Conditions int `json:"conditions,omitempty"`
	// Public reports whether it allows something to everyone, or may do so.
	Public bool `json:"public"`
}

const (
	everyone      = "everyone"
	notUnderstood = "(not understood)"
)

func lines(d policy.Document) []Line {
	var all []Line
	for _, s := range d.Statements {
		all = append(all, Line{
			Sid: s.Sid, Effect: s.Effect, Who: principals(s),
			What: either(s.Action, s.NotAction), Where: either(s.Resource, s.NotResource),
			Conditions: len(s.Condition), Public: s.AllowsPublic(),
		})
	}
	return all
}

// principals describes whom the statement is about.
func principals(s policy.Statement) string {
	switch {
	case s.NotPrincipal != nil:
		return everyone + " but " + named(s.NotPrincipal)
	case s.Principal == nil:
		return notUnderstood
	}
	return named(s.Principal)
}

func named(p policy.Principals) string {
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(p)) {
		for _, name := range p[kind] {
			switch {
			case name == "*":
				name = everyone
			case kind != "AWS":
				name = kind + " " + name
			}
			all = append(all, name)
		}
	}
	return strings.Join(all, ", ")
}

// either describes the set, or everything but the other one.
func either(set, but []string) string {
	switch {
	case set != nil:
		return strings.Join(set, ", ")
	case but != nil:
		return "all but " + strings.Join(but, ", ")
	}
	return notUnderstood
}
